import type { TextRow } from "./queries";

export type Change = "+" | "-" | "~";

export interface DiffCell {
  readonly before: string | null;
  readonly after: string | null;
  readonly differs: boolean;
}

export interface DiffRow {
  readonly change: Change;
  readonly keys: readonly (string | null)[];
  readonly cells: readonly DiffCell[];
}

/** diffRows reads rows of a diff: its mark, the key, then every other column before and after. */
export function diffRows(rows: readonly TextRow[], keys: number): DiffRow[] {
  return rows.map((row) => {
    const change = (row[0] ?? "~") as Change;
    const cells: DiffCell[] = [];
    for (let i = 1 + keys; i + 1 < row.length; i += 2) {
      const [before, after] = [row[i] ?? null, row[i + 1] ?? null];
      cells.push({ before, after, differs: change === "~" && before !== after });
    }
    return { change, keys: row.slice(1, 1 + keys), cells };
  });
}
