import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FakeHandler, FakeProblem, fakeApi } from "../../api/fake";
import type { Notebook, Problem } from "../../api/types";
import { NotebookSession } from "./session";

const doc = (etag: string, source = "SELECT 1"): Notebook => ({ name: "n.ipynb", title: "n", etag, dialect: "spark", parameters: [], cells: [{ id: "a", kind: "sql", source, dialect: "spark" }] });

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => vi.useRealTimers());

async function opened(routes: Record<string, FakeHandler>) {
  const problems: Problem[] = [];
  const fake = fakeApi({ "GET /notebooks/n.ipynb": () => doc("1"), ...routes });
  const session = new NotebookSession(fake.api, "n.ipynb", (problem) => problems.push(problem));
  fake.api.events.start();
  session.start();
  await vi.waitFor(() => expect(session.getState()).toBeDefined());
  return { ...fake, session, problems };
}

test("typing is saved once, half a second after it rests", async () => {
  const { session, requests } = await opened({ "PATCH /notebooks/n.ipynb": () => doc("2") });
  for (const source of ["S", "SE", "SEL"]) session.edit([{ op: "setSource", cell: "a", source }]);
  await vi.advanceTimersByTimeAsync(400);
  expect(requests.filter((request) => request.method === "PATCH")).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(200);
  await vi.waitFor(() => expect(session.getState()?.save).toBe("saved"));
  expect(requests.filter((request) => request.method === "PATCH").map((request) => request.body)).toEqual([{ etag: "1", edits: [{ op: "setSource", cell: "a", source: "SEL" }] }]);
});

test("a run waits until what it runs is in the file", async () => {
  const order: string[] = [];
  const { session } = await opened({
    "PATCH /notebooks/n.ipynb": () => { order.push("save"); return doc("2"); },
    "POST /notebooks/n.ipynb/run": () => { order.push("run"); return { id: "j", kind: "notebook", state: "running", title: "" }; },
  });
  session.edit([{ op: "setSource", cell: "a", source: "SELECT 2" }]);
  await session.run({ mode: "one", cell: "a" });
  expect(order).toEqual(["save", "run"]);
  expect(session.getState()?.job).toBe("j");
});

test("a stale etag is answered by putting our edits on the newer file", async () => {
  let current = doc("1");
  const { session, requests } = await opened({
    "GET /notebooks/n.ipynb": () => current,
    "PATCH /notebooks/n.ipynb": (request) => ((request.body as { etag: string }).etag === current.etag ? doc("8", "mine") : new FakeProblem({ status: 409, code: "notebook.changed" })),
  });
  current = doc("7", "theirs");
  session.edit([{ op: "setSource", cell: "a", source: "mine" }]);
  expect(await session.flush()).toBe(true);
  expect(session.getState()?.doc).toMatchObject({ etag: "8", cells: [{ source: "mine" }] });
  expect(requests.filter((request) => request.method === "PATCH").map((request) => (request.body as { etag: string }).etag)).toEqual(["1", "7"]);
});

test("a run does not start when the save failed, and the edit is kept", async () => {
  const { session, requests, problems } = await opened({ "PATCH /notebooks/n.ipynb": () => new FakeProblem({ status: 507, message: "disk full" }) });
  session.edit([{ op: "setSource", cell: "a", source: "x" }]);
  await session.run({ mode: "all" });
  expect(requests.some((request) => request.path.endsWith("/run"))).toBe(false);
  expect(problems[0]?.message).toBe("disk full");
  expect(session.getState()?.pending).toHaveLength(1);
});

test("cell and job events show at once; those of other notebooks do not", async () => {
  const { session, emit } = await opened({});
  emit({ type: "cell", notebook: "n.ipynb", cell: "a", run: { state: "running", progress: 0.5 } });
  emit({ type: "cell", notebook: "other.ipynb", cell: "a", run: { state: "error" } });
  emit({ type: "job", job: { id: "j1", kind: "notebook", state: "running", title: "", notebook: "n.ipynb" } });
  expect(session.getState()?.doc.cells[0]?.run).toEqual({ state: "running", progress: 0.5 });
  expect(session.getState()?.job).toBe("j1");
  emit({ type: "job", job: { id: "j1", kind: "notebook", state: "ok", title: "", notebook: "n.ipynb" } });
  expect(session.getState()?.job).toBeUndefined();
});

test("a run that ends before its request is answered leaves nothing to stop", async () => {
  const job = { id: "j", kind: "notebook", title: "", notebook: "n.ipynb" } as const;
  const session = await opened({
    "POST /notebooks/n.ipynb/run": () => {
      session.emit({ type: "job", job: { ...job, state: "error" } });
      return { ...job, state: "running" };
    },
  });
  await session.session.run({ mode: "one", cell: "a" });
  await vi.advanceTimersByTimeAsync(10);
  expect(session.session.getState()?.job).toBeUndefined();
});

test("an answer that is older than what a run told does not take it back", async () => {
  let asked = 0;
  const job = { id: "j", kind: "notebook", title: "", notebook: "n.ipynb" } as const;
  const page = await opened({
    "GET /notebooks/n.ipynb": () => {
      if (++asked !== 2) return asked === 1 ? doc("1") : { ...doc("1"), cells: [{ ...doc("1").cells[0], run: { state: "error" } }] };
      page.emit({ type: "cell", notebook: "n.ipynb", cell: "a", run: { state: "error" } });
      page.emit({ type: "job", job: { ...job, state: "error" } });
      return { ...doc("1"), job: "j", cells: [{ ...doc("1").cells[0], run: { state: "running" } }] };
    },
  });
  page.emit({ type: "notebook", notebook: "n.ipynb" });
  await vi.advanceTimersByTimeAsync(50);
  expect(page.session.getState()?.doc.cells[0]?.run).toEqual({ state: "error" });
  expect(page.session.getState()?.job).toBeUndefined();
});

test("leaving sends what is not sent", async () => {
  const { session, requests } = await opened({ "PATCH /notebooks/n.ipynb": () => doc("2") });
  session.edit([{ op: "setSource", cell: "a", source: "last words" }]);
  session.stop();
  await vi.waitFor(() => expect(requests.some((request) => request.method === "PATCH")).toBe(true));
});
