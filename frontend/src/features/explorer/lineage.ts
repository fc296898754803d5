import type { Cell, Notebook, SnapshotInfo, SnapshotRef, StatementResult } from "../../api/types";

/** A cell of a notebook that has to do with a table. */
export interface Use {
  readonly notebook: string;
  readonly cell: string;
  readonly label: string;
  /** What its last run did with the table; "names" where it did not run, or ran without touching it. */
  readonly does: "writes" | "reads" | "names";
  /** The snapshot that it wrote or read. */
  readonly snapshot: number | undefined;
  readonly at: string | undefined;
}

/** A table before or behind another, and the cells between them. */
export interface Neighbour {
  readonly table: string;
  readonly by: readonly string[];
}

export interface Lineage {
  readonly from: readonly Neighbour[];
  readonly to: readonly Neighbour[];
  readonly uses: readonly Use[];
}

/** base is a table's name without the branch or system table behind it. */
const base = (name: string) => name.replace(/\$.*$/, "").replaceAll("`", "");
const of = (refs: readonly SnapshotRef[] | undefined, table: string) => (refs ?? []).filter((ref) => base(ref.table) === table);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** names tells that a text has a table's name in it: as database.table, or the table alone as a word. */
export function names(sql: string, table: string): boolean {
  const [database, name] = table.split(".", 2);
  return new RegExp(`(^|[^\\w.$])(\`?${escaped(database ?? "")}\`?\\.)?\`?${escaped(name ?? "")}(\\$\\w+)?\`?(?![\\w$.])`, "i").test(sql.replace(/--.*$/gm, ""));
}

function touch(book: Notebook, cell: Cell, table: string): Use | undefined {
  const statements = cell.run?.statements ?? [];
  const wrote = statements.flatMap((statement) => of(statement.writes, table)).at(-1);
  const read = statements.flatMap((statement) => of(statement.reads, table)).at(-1);
  const ref = wrote ?? read;
  if (!ref && !names(cell.source, table)) return undefined;
  return { notebook: book.name, cell: cell.id, label: cell.name || cell.id, does: wrote ? "writes" : read ? "reads" : "names", snapshot: ref?.snapshot, at: ref ? cell.run?.startedAt : undefined };
}

function neighbours(cells: readonly (readonly [string, Cell])[], pick: (statement: StatementResult) => readonly string[]): Neighbour[] {
  const found = new Map<string, Set<string>>();
  for (const [label, cell] of cells) {
    for (const name of (cell.run?.statements ?? []).flatMap(pick)) found.set(name, (found.get(name) ?? new Set()).add(label));
  }
  return [...found].map(([name, by]) => ({ table: name, by: [...by] })).sort((a, b) => a.table.localeCompare(b.table));
}

/** lineageOf is what the last runs of the cells read and wrote around a table; nothing is guessed from their text but that they name it. */
export function lineageOf(table: string, books: readonly Notebook[]): Lineage {
  const cells = books.flatMap((book) => book.cells.filter((cell) => cell.kind === "sql").map((cell) => [`${book.name} \u203a ${cell.name || cell.id}`, cell] as const));
  const others = (refs: readonly SnapshotRef[] | undefined) => (refs ?? []).map((ref) => base(ref.table)).filter((name) => name !== table);
  return {
    from: neighbours(cells, (statement) => (of(statement.writes, table).length > 0 ? others(statement.reads) : [])),
    to: neighbours(cells, (statement) => (of(statement.reads, table).length > 0 ? others(statement.writes) : [])),
    uses: books.flatMap((book) => book.cells.flatMap((cell) => (cell.kind === "sql" ? (touch(book, cell, table) ?? []) : []))),
  };
}

/**
 * writersOf says which cell's last run made a commit of a table. A run tells the last snapshot that it wrote; a statement
 * commits under a name of its own, by which what else it committed is known.
 */
export function writersOf(table: string, snapshots: readonly SnapshotInfo[], books: readonly Notebook[]): ReadonlyMap<number, Use> {
  const told = new Map<number, Use>();
  for (const book of books) {
    for (const cell of book.cells) {
      const use = touch(book, cell, table);
      const wrote = (cell.run?.statements ?? []).flatMap((statement) => of(statement.writes, table)).filter((ref) => !ref.table.includes("$"));
      if (use) for (const ref of wrote) told.set(ref.snapshot, use);
    }
  }
  const byUser = new Map(snapshots.flatMap(({ id, user }) => (user && told.has(id) ? [[user, told.get(id) as Use] as const] : [])));
  return new Map(snapshots.flatMap(({ id, user = "" }) => { const use = told.get(id) ?? byUser.get(user); return use ? [[id, use] as const] : []; }));
}
