import type { Cell, CellRun, Edit, Notebook } from "../../api/types";
import { applicable, applyAll, applyEdit, inverseOf, queued } from "./edits";

/** One step that can be undone: what was done and what takes it back. */
interface Step {
  readonly done: readonly Edit[];
  readonly back: readonly Edit[];
}

export type SaveState = "saved" | "dirty" | "saving" | "failed";

export interface NotebookState {
  readonly doc: Notebook;
  /** Edits that the file does not have yet, oldest first. */
  readonly pending: readonly Edit[];
  /** Those of them that are on their way. */
  readonly sending: readonly Edit[];
  readonly save: SaveState;
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
  readonly selected: string | null;
  /** The keyboard is in the selected cell (Jupyter's edit mode). */
  readonly editing: boolean;
  /** Deleted cells, so that undo brings their results back too. */
  readonly buried: ReadonlyMap<string, Cell>;
  readonly job: string | undefined;
}

export type Change =
  | { readonly type: "loaded"; readonly doc: Notebook }
  | { readonly type: "edit"; readonly edits: readonly Edit[]; readonly silent?: boolean }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "sending" }
  | { readonly type: "sent"; readonly etag: string }
  | { readonly type: "failed" }
  | { readonly type: "rebased"; readonly doc: Notebook }
  | { readonly type: "run"; readonly cell: string; readonly run: CellRun }
  | { readonly type: "job"; readonly job: string | undefined }
  | { readonly type: "select"; readonly cell: string | null; readonly editing: boolean };

const MOST_STEPS = 100;
/** Typing has its own undo inside the editor; these steps are the document's. */
const UNDOABLE = new Set<Edit["op"]>(["insert", "delete", "move", "setDialect", "setName"]);

export function firstState(doc: Notebook): NotebookState {
  return { doc, pending: [], sending: [], save: "saved", undo: [], redo: [], selected: doc.cells[0]?.id ?? null, editing: false, buried: new Map(), job: doc.job };
}

/** reduce is every change of an open notebook; it knows no network and no clock. */
export function reduce(state: NotebookState, change: Change): NotebookState {
  switch (change.type) {
    case "loaded":
      return { ...firstState(change.doc), selected: kept(change.doc, state.selected), editing: state.editing, undo: state.undo, redo: state.redo, buried: state.buried };
    case "edit":
      return edited(state, change.edits, change.silent !== true);
    case "undo":
      return stepped(state, "undo");
    case "redo":
      return stepped(state, "redo");
    case "sending":
      return { ...state, sending: state.pending, pending: [], save: "saving" };
    case "sent":
      return { ...state, doc: { ...state.doc, etag: change.etag }, sending: [], save: state.pending.length > 0 ? "dirty" : "saved" };
    case "failed":
      return { ...state, pending: [...state.sending, ...state.pending], sending: [], save: "failed" };
    case "rebased": {
      const mine = applicable(change.doc, [...state.sending, ...state.pending]);
      const doc = applyAll(change.doc, mine);
      return { ...state, doc, pending: mine, sending: [], save: mine.length > 0 ? "dirty" : "saved", selected: kept(doc, state.selected) };
    }
    case "run":
      return { ...state, doc: { ...state.doc, cells: state.doc.cells.map((cell) => (cell.id === change.cell ? { ...cell, run: following(cell.run, change.run) } : cell)) } };
    case "job":
      return { ...state, job: change.job };
    case "select":
      return state.selected === change.cell && state.editing === change.editing ? state : { ...state, selected: change.cell, editing: change.editing };
  }
}

/** While a cell runs again its last results stay to be seen, until the first new one is there. */
function following(last: CellRun | undefined, run: CellRun): CellRun {
  const busy = run.state === "running" || run.state === "queued";
  return busy && last?.statements && !run.statements?.length ? { ...run, statements: last.statements } : run;
}

function kept(doc: Notebook, selected: string | null): string | null {
  return doc.cells.some((cell) => cell.id === selected) ? selected : (doc.cells[0]?.id ?? null);
}

function edited(state: NotebookState, edits: readonly Edit[], record: boolean): NotebookState {
  let { doc, pending } = state;
  const back: Edit[] = [];
  const buried = new Map(state.buried);
  for (const edit of edits) {
    back.unshift(...inverseOf(doc, edit));
    const gone = edit.op === "delete" ? doc.cells.find((cell) => cell.id === edit.cell) : undefined;
    if (gone) buried.set(gone.id, gone);
    doc = applyEdit(doc, edit);
    const risen = edit.op === "insert" ? buried.get(edit.cell ?? "") : undefined;
    if (risen?.run) doc = { ...doc, cells: doc.cells.map((cell) => (cell.id === risen.id ? { ...cell, run: risen.run as CellRun } : cell)) };
    pending = queued(pending, edit);
  }
  const undoable = record && back.length > 0 && edits.some((edit) => UNDOABLE.has(edit.op));
  const undo = undoable ? [...state.undo, { done: edits, back }].slice(-MOST_STEPS) : state.undo;
  return { ...state, doc, pending, save: state.sending.length > 0 ? "saving" : "dirty", undo, redo: undoable ? [] : state.redo, buried, selected: selectedAfter(state, doc, edits) };
}

/** A new cell is selected; when the selected one goes, the one in its place is. */
function selectedAfter(state: NotebookState, doc: Notebook, edits: readonly Edit[]): string | null {
  const inserted = edits.findLast((edit) => edit.op === "insert")?.cell;
  if (inserted && doc.cells.some((cell) => cell.id === inserted)) return inserted;
  if (doc.cells.some((cell) => cell.id === state.selected)) return state.selected;
  const at = state.doc.cells.findIndex((cell) => cell.id === state.selected);
  return doc.cells[Math.min(at, doc.cells.length - 1)]?.id ?? null;
}

function stepped(state: NotebookState, way: "undo" | "redo"): NotebookState {
  const step = state[way].at(-1);
  if (!step) return state;
  const next = edited(state, way === "undo" ? step.back : step.done, false);
  const [undo, redo] = way === "undo" ? [state.undo.slice(0, -1), [...state.redo, step]] : [[...state.undo, step], state.redo.slice(0, -1)];
  return { ...next, undo, redo };
}
