import type { Cell, CellKind, Edit } from "../../api/types";
import { before } from "./edits";
import type { NotebookSession } from "./session";

/** What a person does to cells; menus, keys and the palette all call these. */

let copied: Cell | undefined;

export function newId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 8);
}

function selectedCell(session: NotebookSession): Cell | undefined {
  const state = session.getState();
  return state?.doc.cells.find((cell) => cell.id === state.selected);
}

export function insertCell(session: NotebookSession, after: string, kind: CellKind, source = "", edit = true): void {
  const id = newId();
  const above = session.getState()?.doc.cells.find((cell) => cell.id === after);
  session.edit([{ op: "insert", after, kind, cell: id, source, ...(kind === "sql" && above?.dialect ? { dialect: above.dialect } : {}) }]);
  session.select(id, edit);
}

export function insertAbove(session: NotebookSession): void {
  const state = session.getState();
  if (state) insertCell(session, state.selected ? before(state.doc, state.selected) : "", "sql", "", false);
}

export function insertBelow(session: NotebookSession, edit = false): void {
  const state = session.getState();
  if (state) insertCell(session, state.selected ?? state.doc.cells.at(-1)?.id ?? "", "sql", "", edit);
}

export function deleteCell(session: NotebookSession, cell: Cell): void {
  session.edit([{ op: "delete", cell: cell.id }]);
}

export function moveCell(session: NotebookSession, cell: Cell, by: -1 | 1): void {
  const cells = session.getState()?.doc.cells ?? [];
  const at = cells.findIndex((entry) => entry.id === cell.id);
  const target = by === 1 ? cells[at + 1] : cells[at - 2];
  if ((by === 1 && !target) || (by === -1 && at <= 0)) return;
  session.edit([{ op: "move", cell: cell.id, after: target?.id ?? "" }]);
}

/** turnInto makes a cell another kind: the contract has no such edit, so the cell is made again under a new id. */
export function turnInto(session: NotebookSession, cell: Cell, kind: CellKind): void {
  const state = session.getState();
  if (!state || cell.kind === kind) return;
  const id = newId();
  const edits: Edit[] = [{ op: "insert", after: cell.id, kind, cell: id, source: cell.source, ...(kind === "sql" ? { dialect: cell.dialect ?? state.doc.dialect } : {}) }, { op: "delete", cell: cell.id }];
  session.edit(edits);
  session.select(id, false);
}

export function duplicateCell(session: NotebookSession, cell: Cell): void {
  insertCell(session, cell.id, cell.kind, cell.source, false);
}

export function copyCell(session: NotebookSession): void {
  copied = selectedCell(session);
}

export function pasteCell(session: NotebookSession): void {
  const after = selectedCell(session)?.id ?? "";
  if (copied) insertCell(session, after, copied.kind, copied.source, false);
}

export function selectBy(session: NotebookSession, by: number): void {
  const state = session.getState();
  if (!state) return;
  const at = state.doc.cells.findIndex((cell) => cell.id === state.selected);
  const next = state.doc.cells[Math.min(Math.max(0, at + by), state.doc.cells.length - 1)];
  if (next) session.select(next.id, false);
}

export function runSelected(session: NotebookSession, then: "stay" | "next" | "insert"): void {
  const state = session.getState();
  const cell = selectedCell(session);
  if (!state || !cell) return;
  runCell(session, cell);
  if (then === "stay") session.select(cell.id, false);
  else if (then === "insert") insertBelow(session, true);
  else if (state.doc.cells.at(-1)?.id === cell.id) insertBelow(session, true);
  else selectBy(session, 1);
}

/** runCell runs what can run; a text cell is only shown. */
export function runCell(session: NotebookSession, cell: Cell): void {
  if (cell.kind === "sql" || cell.kind === "python") void session.run({ mode: "one", cell: cell.id });
}

export { selectedCell };
