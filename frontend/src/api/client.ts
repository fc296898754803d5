import createClient from "openapi-fetch";
import { type Page, decodePage } from "./arrow";
import type { Endpoint } from "./endpoint";
import { EventStream } from "./events";
import { ProblemError, problemOf } from "./problem";
import type { paths } from "./schema.gen";
import type { DiffRequest, Edit, EventsMapping, ExportRequest, FileFormat, OpenRequest, QueryRequest, RunRequest, SaveRequest, Settings, TableMoment, VersionsRequest } from "./types";

export interface ApiOptions extends Endpoint {
  readonly fetch?: typeof globalThis.fetch;
  readonly events?: EventStream;
}

export interface RowsRequest {
  readonly offset: number;
  readonly limit: number;
  /** Column name; a leading minus is descending. */
  readonly sort?: string | undefined;
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** take unwraps an answer or throws its problem. */
async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch((cause: unknown) => {
    if (cause instanceof DOMException) throw cause; // given up on purpose
    throw new ProblemError({ code: "api.unreachable", message: String(cause instanceof Error ? cause.message : cause), status: 0 });
  });
  if (error !== undefined || !response.ok) throw new ProblemError(problemOf(error, response.status));
  return data as T;
}

export type Api = ReturnType<typeof createApi>;

/** createApi is the only way from the screen to the engine: one method an operation of app/api/openapi.yaml. */
export function createApi(options: ApiOptions) {
  const http = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init));
  const root = `${options.base}/api/v1`;
  const headers: Record<string, string> = options.token === "" ? {} : { Authorization: `Bearer ${options.token}` };
  const base = root.startsWith("/") ? `${globalThis.location.origin}${root}` : root;
  const c = createClient<paths>({ baseUrl: base, headers, fetch: (request: Request) => http(request) });
  const events = options.events ?? new EventStream(options);

  const bytes = async (path: string, init?: RequestInit): Promise<ArrayBuffer> => {
    const response = await http(`${base}${path}`, { ...init, headers: { ...headers, ...init?.headers } });
    if (!response.ok) throw new ProblemError(problemOf(await readBody(response), response.status));
    return response.arrayBuffer();
  };

  return {
    events,
    about: () => take(c.GET("/about")),
    settings: () => take(c.GET("/settings")),
    putSettings: (body: Settings) => take(c.PUT("/settings", { body })),
    workspace: () => take(c.GET("/workspace")),
    openWorkspace: (body: OpenRequest) => take(c.POST("/workspace/open", { body })),
    closeWorkspace: () => take(c.POST("/workspace/close")),
    addShipped: () => take(c.POST("/workspace/shipped")),
    openDemo: () => take(c.POST("/workspace/demo")),
    folders: (path: string) => take(c.GET("/folders", { params: { query: { path } } })),
    inspectSource: (path: string) => take(c.POST("/sources/inspect", { body: { path } })),
    importEvents: (body: EventsMapping) => take(c.POST("/sources/events", { body })),

    catalog: () => take(c.GET("/catalog")),
    table: (database: string, table: string, branch = "") => take(c.GET("/catalog/{database}/{table}", { params: { path: { database, table }, query: branch === "" ? {} : { branch } } })),
    preview: (database: string, table: string, at: TableMoment = {}, signal?: AbortSignal) =>
      take(c.POST("/catalog/{database}/{table}/preview", { params: { path: { database, table } }, body: at, ...(signal ? { signal } : {}) })),
    diff: (database: string, table: string, body: DiffRequest, signal?: AbortSignal) =>
      take(c.POST("/catalog/{database}/{table}/diff", { params: { path: { database, table } }, body, ...(signal ? { signal } : {}) })),
    versions: (database: string, table: string, body: VersionsRequest, signal?: AbortSignal) =>
      take(c.POST("/catalog/{database}/{table}/versions", { params: { path: { database, table } }, body, ...(signal ? { signal } : {}) })),

    query: (body: QueryRequest) => take(c.POST("/query", { body })),
    complete: (dialect: QueryRequest["dialect"], sql: string, offset: number, signal?: AbortSignal) =>
      take(c.POST("/sql/complete", { body: { dialect, sql, offset }, ...(signal ? { signal } : {}) })),
    check: (body: QueryRequest, signal?: AbortSignal) => take(c.POST("/sql/check", { body, ...(signal ? { signal } : {}) })),

    result: (result: string) => take(c.GET("/results/{result}", { params: { path: { result } } })),
    profile: (result: string, signal?: AbortSignal) => take(c.GET("/results/{result}/profile", { params: { path: { result } }, ...(signal ? { signal } : {}) })),
    chartTable: (result: string) => take(c.POST("/results/{result}/chart", { params: { path: { result } } })),
    rows: async (result: string, want: RowsRequest, signal?: AbortSignal): Promise<Page> => {
      const query = new URLSearchParams({ offset: String(want.offset), limit: String(want.limit) });
      if (want.sort) query.set("sort", want.sort);
      const body = await bytes(`/results/${encodeURIComponent(result)}/rows?${query}`, signal ? { signal } : {});
      return decodePage(body, want.offset);
    },
    /** The address of a result as a file; the token rides along because a download cannot carry a header. */
    fileUrl: (result: string, format: FileFormat, name: string) =>
      `${base}/results/${encodeURIComponent(result)}/file?format=${format}&name=${encodeURIComponent(name)}&token=${encodeURIComponent(options.token)}`,

    notebooks: () => take(c.GET("/notebooks")),
    createNotebook: (name: string, shipped?: string) => take(c.POST("/notebooks", { body: { name, ...(shipped ? { shipped } : {}) } })),
    notebook: (notebook: string) => take(c.GET("/notebooks/{notebook}", { params: { path: { notebook } } })),
    /** `last`: the page is going away; the request outlives it. */
    editNotebook: (notebook: string, etag: string, edits: Edit[], last = false) =>
      take(c.PATCH("/notebooks/{notebook}", { params: { path: { notebook } }, body: { etag, edits }, ...(last ? { keepalive: true } : {}) })),
    runNotebook: (notebook: string, body: RunRequest) => take(c.POST("/notebooks/{notebook}/run", { params: { path: { notebook } }, body })),
    saveWithOutputs: (notebook: string) => take(c.POST("/notebooks/{notebook}/save-with-outputs", { params: { path: { notebook } } })),

    jobs: () => take(c.GET("/jobs")),
    cancelJob: (job: string) => take(c.POST("/jobs/{job}/cancel", { params: { path: { job } } })),

    dashboards: () => take(c.GET("/dashboards")),
    dashboard: (dashboard: string) => take(c.GET("/dashboards/{dashboard}", { params: { path: { dashboard } } })),
    runDashboard: (dashboard: string, params: Record<string, string>, signal?: AbortSignal) =>
      take(c.POST("/dashboards/{dashboard}/run", { params: { path: { dashboard } }, body: { params }, ...(signal ? { signal } : {}) })),
    exportDashboard: (dashboard: string, body: ExportRequest, signal?: AbortSignal) =>
      bytes(`/dashboards/${encodeURIComponent(dashboard)}/export`, {
        method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, ...(signal ? { signal } : {}),
      }),
    map: (map: string) => take(c.GET("/maps/{map}", { params: { path: { map } } })),
    saveFile: (body: SaveRequest) => take(c.POST("/files/save", { body })),
  };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
