import type { ChartTable, Column, Result } from "../../api/types";

const NUMBERS: ReadonlySet<Column["kind"]> = new Set<Column["kind"]>(["integer", "decimal", "float"]);

/**
 * tableOfHead is a result as a chart takes it, from the rows that were kept as text when its own were dropped; undefined
 * where those are not all of them, for a chart of some rows would say what is not so.
 */
export function tableOfHead(result: Result): ChartTable | undefined {
  const head = result.head ?? [];
  if (head.length < result.rows) return undefined;
  return {
    rows: head.length,
    columns: result.columns.map(({ name, kind }, i) => ({
      name,
      kind: NUMBERS.has(kind) ? "number" : kind,
      values: head.map((row) => valueOf(row[i] ?? null, kind)),
    })),
  };
}

function valueOf(text: string | null, kind: Column["kind"]): string | number | null {
  if (text === null) return null;
  if (NUMBERS.has(kind)) {
    const number = Number(text.replaceAll(",", ""));
    return Number.isFinite(number) ? number : null;
  }
  return kind === "timestamp" ? text.replace(" ", "T") : text;
}
