import { expect, test, vi } from "vitest";
import { browserEndpoint } from "./endpoint";
import { EventStream, type Source } from "./events";
import { FakeProblem, arrowRows, fakeApi } from "./fake";
import { ProblemError } from "./problem";

test("every request carries the token", async () => {
  const { api, requests } = fakeApi({ "GET /about": () => ({ version: "1" }) });
  await api.about();
  expect(requests[0]?.headers.get("Authorization")).toBe("Bearer t");
});

test("a refusal is a problem with its suggestions", async () => {
  const { api } = fakeApi({ "GET /catalog/db/t": () => new FakeProblem({ status: 404, code: "table.unknown", message: "no t", suggestions: ["u"] }) });
  await expect(api.table("db", "t")).rejects.toMatchObject({ problem: { code: "table.unknown", suggestions: ["u"] } });
  await expect(api.table("db", "x")).rejects.toBeInstanceOf(ProblemError);
});

test("names with slashes and Chinese are one segment of the path", async () => {
  const { api, requests } = fakeApi({});
  await api.notebook("日报/a b.ipynb").catch(() => undefined);
  expect(requests[0]?.path).toBe(`/notebooks/${encodeURIComponent("日报/a b.ipynb")}`);
});

test("rows come as Arrow and keep their place", async () => {
  const { api, requests } = fakeApi({ "GET /results/r/rows": () => arrowRows({ n: [7, 8] }) });
  const page = await api.rows("r", { offset: 512, limit: 256, sort: "-n" });
  expect([page.offset, page.rows, page.table.getChild("n")?.get(1)]).toEqual([512, 2, 8]);
  expect(requests[0]?.query.get("sort")).toBe("-n");
});

test("the token leaves the address and outlives a reload", () => {
  history.replaceState(null, "", "/?token=secret#/notebook/a");
  expect(browserEndpoint().token).toBe("secret");
  expect(location.href).not.toContain("secret");
  expect(location.hash).toBe("#/notebook/a");
  expect(browserEndpoint().token).toBe("secret");
});

test("the event stream comes back by itself and says so", () => {
  const sources: Source[] = [];
  const waits: number[] = [];
  const stream = new EventStream({ base: "", token: "t" }, {
    connect: () => { const source: Source = { onopen: null, onmessage: null, onerror: null, close: vi.fn() }; sources.push(source); return source; },
    wait: (ms, then) => { waits.push(ms); then(); return () => undefined; },
  });
  const links: string[] = [];
  const seen: string[] = [];
  stream.onLink((state, again) => links.push(again ? `${state} again` : state));
  stream.listen((event) => seen.push(event.type));
  stream.start();
  sources[0]?.onopen?.();
  sources[0]?.onmessage?.({ data: '{"type":"status"}' });
  sources[0]?.onmessage?.({ data: "half a li" });
  sources[0]?.onerror?.();
  sources[1]?.onerror?.();
  sources[2]?.onopen?.();
  expect(seen).toEqual(["status"]);
  expect(waits).toEqual([500, 1000]);
  expect(links).toEqual(["connecting", "open", "lost", "connecting", "lost", "connecting", "open again"]);
});
