import { tableFromArrays, tableToIPC } from "apache-arrow";
import { type Api, createApi } from "./client";
import { EventStream, type Source } from "./events";
import type { Event, Problem } from "./types";

/** What a fake route may answer: JSON, Arrow bytes, or a problem with its status. */
export type FakeAnswer = unknown | Uint8Array | FakeProblem;
export type FakeHandler = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly signal: AbortSignal;
  readonly headers: Headers;
}

export class FakeProblem {
  readonly problem: Problem;
  constructor(problem: Partial<Problem> & { status: number }) {
    this.problem = { code: "fake", message: "fake", ...problem };
  }
}

export interface FakeApi {
  readonly api: Api;
  readonly requests: FakeRequest[];
  /** Plays one event as if the engine had sent it. */
  readonly emit: (event: Event) => void;
}

/** fakeApi answers by "METHOD /path" with the contract's shapes; for tests only. */
export function fakeApi(routes: Record<string, FakeHandler>): FakeApi {
  const requests: FakeRequest[] = [];
  const source: Source = { onopen: null, onmessage: null, onerror: null, close: () => undefined };
  const events = new EventStream({ base: "", token: "t" }, { connect: () => source });
  const answer = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), "http://localhost"), init);
    const url = new URL(request.url);
    const path = url.pathname.replace(/^.*\/api\/v1/, "");
    const text = request.method === "GET" ? "" : await request.text();
    const seen: FakeRequest = { method: request.method, path, query: url.searchParams, body: text === "" ? undefined : JSON.parse(text), signal: request.signal, headers: request.headers };
    requests.push(seen);
    const handler = routes[`${request.method} ${path}`];
    if (!handler) return respond(new FakeProblem({ status: 404, message: `no fake for ${request.method} ${path}` }));
    return respond(await handler(seen));
  };
  const api = createApi({ base: "http://localhost", token: "t", fetch: answer, events });
  return { api, requests, emit: (event) => source.onmessage?.({ data: JSON.stringify(event) }) };
}

function respond(body: FakeAnswer): Response {
  if (body instanceof FakeProblem) {
    return new Response(JSON.stringify(body.problem), { status: body.problem.status, headers: { "Content-Type": "application/problem+json" } });
  }
  if (body instanceof Uint8Array) return new Response(body as Uint8Array<ArrayBuffer>, { headers: { "Content-Type": "application/vnd.apache.arrow.stream" } });
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

/** arrowRows is an Arrow IPC stream of the given columns. */
export function arrowRows(columns: Record<string, unknown[]>): Uint8Array {
  return tableToIPC(tableFromArrays(columns as Parameters<typeof tableFromArrays>[0]), "stream");
}
