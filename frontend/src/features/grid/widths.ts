import type { Column, ColumnKind } from "../../api/types";

const BY_KIND: Record<ColumnKind, number> = {
  integer: 112, decimal: 112, float: 112, text: 148, date: 112, time: 112, timestamp: 204, boolean: 88, binary: 160, nested: 220, unknown: 128,
};
/** Width of a letter of the column name at 12 px, weight 500, on average. */
const LETTER = 6.9;
/** Type icon, sort icon, padding. */
const AROUND = 54;
export const NARROWEST = 48;
export const WIDEST = 800;

/** firstWidth fits the name and usual values of a type. */
export function firstWidth(column: Column): number {
  const usual = column.kind === "integer" && /(^|_)(id|uid)$/i.test(column.name) ? 152 : BY_KIND[column.kind];
  return Math.min(280, Math.max(usual, Math.ceil(column.name.length * LETTER) + AROUND));
}

/** leastWidth still shows the whole name. */
export function leastWidth(column: Column): number {
  return Math.max(80, Math.ceil(column.name.length * LETTER) + AROUND - 14);
}

/** filled widens the last column to the right edge of the grid; when a little is too much, all give way down to their least. */
export function filled(widths: readonly number[], room: number, least: readonly number[] = widths): number[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const last = widths.at(-1);
  if (last === undefined) return [];
  if (total > room) {
    const slack = widths.map((width, i) => Math.max(0, width - (least[i] ?? width)));
    const most = slack.reduce((sum, width) => sum + width, 0);
    const share = (total - room) / most;
    return most >= total - room ? widths.map((width, i) => Math.floor(width - (slack[i] ?? 0) * share)) : [...widths];
  }
  return [...widths.slice(0, -1), last + room - total];
}
