import { expect, test } from "vitest";
import type { Notebook } from "../../api/types";
import { type Change, type NotebookState, firstState, reduce } from "./state";

const doc: Notebook = {
  name: "n.ipynb", title: "n", etag: "1", dialect: "spark", parameters: [{ name: "p", type: "text", default: "a", value: "a" }],
  cells: [
    { id: "a", kind: "markdown", source: "# A" },
    { id: "b", kind: "sql", source: "SELECT 1", dialect: "spark", name: "one", run: { state: "ok", rows: 1 } },
    { id: "c", kind: "sql", source: "SELECT 2", dialect: "spark" },
  ],
};
const after = (...changes: Change[]): NotebookState => changes.reduce(reduce, firstState(doc));
const order = (state: NotebookState) => state.doc.cells.map((cell) => cell.id).join("");

test("typing in one cell is one edit, and its result is stale", () => {
  const state = after({ type: "edit", edits: [{ op: "setSource", cell: "b", source: "SELECT 1" }] }, { type: "edit", edits: [{ op: "setSource", cell: "b", source: "SELECT 10" }] });
  expect(state.pending).toEqual([{ op: "setSource", cell: "b", source: "SELECT 10" }]);
  expect(state.doc.cells[1]?.run?.state).toBe("stale");
});

test("a deleted cell comes back in its place, with name and result", () => {
  const state = after({ type: "edit", edits: [{ op: "delete", cell: "b" }] }, { type: "undo" });
  expect(order(state)).toBe("abc");
  expect(state.doc.cells[1]).toMatchObject({ name: "one", run: { rows: 1 } });
  expect(state.pending.map((edit) => edit.op)).toEqual(["delete", "insert", "setName"]);
});

test("undo and redo walk over moves", () => {
  const moved: Change = { type: "edit", edits: [{ op: "move", cell: "c", after: "" }] };
  expect(order(after(moved))).toBe("cab");
  expect(order(after(moved, { type: "undo" }))).toBe("abc");
  expect(order(after(moved, { type: "undo" }, { type: "redo" }))).toBe("cab");
});

test("the selection goes to a new cell and stays near a deleted one", () => {
  expect(after({ type: "edit", edits: [{ op: "insert", after: "a", kind: "sql", cell: "x" }] }).selected).toBe("x");
  expect(after({ type: "select", cell: "c", editing: false }, { type: "edit", edits: [{ op: "delete", cell: "c" }] }).selected).toBe("b");
});

test("edits made while others are on their way are kept for the next save", () => {
  const state = after({ type: "edit", edits: [{ op: "setName", cell: "c", name: "x" }] }, { type: "sending" }, { type: "edit", edits: [{ op: "setName", cell: "c", name: "y" }] }, { type: "sent", etag: "2" });
  expect(state.save).toBe("dirty");
  expect(state.pending).toEqual([{ op: "setName", cell: "c", name: "y" }]);
  expect(state.doc.etag).toBe("2");
});

test("a failed save loses nothing", () => {
  const state = after({ type: "edit", edits: [{ op: "setName", cell: "c", name: "x" }] }, { type: "sending" }, { type: "failed" });
  expect(state.save).toBe("failed");
  expect(state.pending).toHaveLength(1);
});

test("our edits are put on top of a file that changed elsewhere; those of vanished cells fall away", () => {
  const theirs: Notebook = { ...doc, etag: "9", cells: [{ id: "z", kind: "sql", source: "SELECT 9" }, doc.cells[2] as (typeof doc.cells)[number]] };
  const state = after({ type: "edit", edits: [{ op: "setSource", cell: "b", source: "gone" }, { op: "setSource", cell: "c", source: "mine" }, { op: "insert", after: "b", kind: "sql", cell: "n", source: "new" }] }, { type: "rebased", doc: theirs });
  expect(order(state)).toBe("zcn");
  expect(state.doc.cells[1]?.source).toBe("mine");
  expect(state.doc.etag).toBe("9");
});

test("the last result stays while the cell runs again", () => {
  const statements = [{ sql: "SELECT 1", elapsedMs: 1 }];
  const ran: Change = { type: "run", cell: "b", run: { state: "ok", statements } };
  expect(after(ran, { type: "run", cell: "b", run: { state: "running" } }).doc.cells[1]?.run).toEqual({ state: "running", statements });
  expect(after(ran, { type: "run", cell: "b", run: { state: "error" } }).doc.cells[1]?.run?.statements).toBeUndefined();
});

test("a parameter is an edit like any other", () => {
  expect(after({ type: "edit", edits: [{ op: "setParameter", parameter: "p", value: "b" }] }).doc.parameters[0]?.value).toBe("b");
});
