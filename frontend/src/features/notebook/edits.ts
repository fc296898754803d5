import type { Cell, Edit, Notebook } from "../../api/types";

/** applyEdit is the document after one edit of the contract; an edit of a cell that is gone changes nothing. */
export function applyEdit(doc: Notebook, edit: Edit): Notebook {
  switch (edit.op) {
    case "insert":
      return { ...doc, cells: placed(doc.cells, newCell(edit, doc), edit.after ?? "") };
    case "delete":
      return { ...doc, cells: doc.cells.filter((cell) => cell.id !== edit.cell) };
    case "move": {
      const cell = doc.cells.find((entry) => entry.id === edit.cell);
      return cell ? { ...doc, cells: placed(doc.cells.filter((entry) => entry !== cell), cell, edit.after ?? "") } : doc;
    }
    case "setParameter":
      return { ...doc, parameters: doc.parameters.map((parameter) => (parameter.name === edit.parameter ? { ...parameter, value: edit.value ?? "" } : parameter)) };
    default:
      return { ...doc, cells: doc.cells.map((cell) => (cell.id === edit.cell ? changed(cell, edit) : cell)) };
  }
}

export function applyAll(doc: Notebook, edits: readonly Edit[]): Notebook {
  return edits.reduce(applyEdit, doc);
}

function changed(cell: Cell, edit: Edit): Cell {
  switch (edit.op) {
    case "setSource": {
      const run = cell.run?.state === "ok" && edit.source !== cell.source ? { ...cell.run, state: "stale" as const } : cell.run;
      return { ...cell, source: edit.source ?? "", ...(run ? { run } : {}) };
    }
    case "setDialect":
      return edit.dialect ? { ...cell, dialect: edit.dialect } : cell;
    case "setName":
      return { ...cell, name: edit.name ?? "" };
    case "setView":
      return edit.view ? { ...cell, view: edit.view } : cell;
    case "setChart":
      return { ...cell, ...(edit.chart ? { chart: edit.chart } : {}) };
    case "setCollapsed":
      return { ...cell, collapsed: edit.collapsed ?? false };
    default:
      return cell;
  }
}

function newCell(edit: Edit, doc: Notebook): Cell {
  const kind = edit.kind ?? "sql";
  return {
    id: edit.cell ?? "", kind, source: edit.source ?? "",
    ...(kind === "sql" ? { dialect: edit.dialect ?? doc.dialect, run: { state: "idle" as const } } : {}),
    ...(edit.name ? { name: edit.name } : {}),
  };
}

function placed(cells: readonly Cell[], cell: Cell, after: string): Cell[] {
  const at = after === "" ? 0 : cells.findIndex((entry) => entry.id === after) + 1;
  if (after !== "" && at === 0) return [...cells, cell];
  return [...cells.slice(0, at), cell, ...cells.slice(at)];
}

/** before is the id of the cell above, "" for the first. */
export function before(doc: Notebook, id: string): string {
  const at = doc.cells.findIndex((cell) => cell.id === id);
  return doc.cells[at - 1]?.id ?? "";
}

/** inverseOf are the edits that take one edit back. */
export function inverseOf(doc: Notebook, edit: Edit): Edit[] {
  const id = edit.cell ?? "";
  const cell = doc.cells.find((entry) => entry.id === id);
  if (edit.op === "insert") return [{ op: "delete", cell: id }];
  if (!cell) return [];
  switch (edit.op) {
    case "delete":
      return restored(cell, before(doc, id));
    case "move":
      return [{ op: "move", cell: id, after: before(doc, id) }];
    case "setDialect":
      return cell.dialect ? [{ op: "setDialect", cell: id, dialect: cell.dialect }] : [];
    case "setName":
      return [{ op: "setName", cell: id, name: cell.name ?? "" }];
    default:
      return [];
  }
}

/** restored are the edits that make a cell again, in its place. */
export function restored(cell: Cell, after: string): Edit[] {
  return [
    { op: "insert", after, kind: cell.kind, cell: cell.id, source: cell.source, ...(cell.dialect ? { dialect: cell.dialect } : {}) },
    ...(cell.name ? [{ op: "setName" as const, cell: cell.id, name: cell.name }] : []),
    ...(cell.view ? [{ op: "setView" as const, cell: cell.id, view: cell.view }] : []),
    ...(cell.chart ? [{ op: "setChart" as const, cell: cell.id, chart: cell.chart }] : []),
    ...(cell.collapsed ? [{ op: "setCollapsed" as const, cell: cell.id, collapsed: true }] : []),
  ];
}

/** queued adds an edit to those not yet sent; typing in one cell stays one edit. */
export function queued(pending: readonly Edit[], edit: Edit): Edit[] {
  const last = pending.at(-1);
  const repeats = last && last.op === edit.op && last.cell === edit.cell && last.parameter === edit.parameter && edit.op.startsWith("set");
  return repeats ? [...pending.slice(0, -1), edit] : [...pending, edit];
}

/** applicable keeps the edits that still make sense on a document that changed elsewhere. */
export function applicable(doc: Notebook, edits: readonly Edit[]): Edit[] {
  const ids = new Set(doc.cells.map((cell) => cell.id));
  return edits.filter((edit) => {
    if (edit.op === "setParameter") return doc.parameters.some((parameter) => parameter.name === edit.parameter);
    if (edit.op === "insert") {
      if (edit.cell) ids.add(edit.cell);
      return true;
    }
    return edit.cell !== undefined && ids.has(edit.cell);
  }).map((edit) => ((edit.op === "insert" || edit.op === "move") && edit.after && !ids.has(edit.after) ? { ...edit, after: doc.cells.at(-1)?.id ?? "" } : edit));
}
