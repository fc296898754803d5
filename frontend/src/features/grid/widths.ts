import type { Column, ColumnKind } from "../../api/types";

const BY_KIND: Record<ColumnKind, number> = {
  integer: 112, decimal: 112, float: 112, text: 148, date: 112, time: 112, timestamp: 212, boolean: 88, binary: 160, nested: 220, unknown: 128,
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
  return Math.max(column.kind === "timestamp" ? BY_KIND.timestamp : column.kind === "date" ? 96 : 80, Math.ceil(column.name.length * LETTER) + AROUND - 14);
}

/** roomyWidth is what a column takes before the last one has the rest: text may be long. */
export function roomyWidth(column: Column): number {
  return column.kind === "text" ? Math.max(260, firstWidth(column)) : firstWidth(column);
}

/** filled widens columns to the right edge of the grid, first those that want more, then the last; when a little is too much, all give way down to their least. */
export function filled(widths: readonly number[], room: number, least: readonly number[] = widths, most: readonly number[] = widths): number[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (widths.length === 0) return [];
  if (total > room) {
    const slack = widths.map((width, i) => Math.max(0, width - (least[i] ?? width)));
    const most = slack.reduce((sum, width) => sum + width, 0);
    const share = (total - room) / most;
    return most >= total - room ? widths.map((width, i) => Math.floor(width - (slack[i] ?? 0) * share)) : [...widths];
  }
  const wish = widths.map((width, i) => (i === widths.length - 1 ? 0 : Math.max(0, (most[i] ?? width) - width)));
  const wished = wish.reduce((sum, width) => sum + width, 0);
  const part = wished === 0 ? 0 : Math.min(1, (room - total) / wished);
  const given = wish.map((width) => Math.floor(width * part));
  const rest = room - total - given.reduce((sum, width) => sum + width, 0);
  return widths.map((width, i) => width + (given[i] ?? 0) + (i === widths.length - 1 ? rest : 0));
}
