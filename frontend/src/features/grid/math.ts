/**
 * Geometry of the grid, in pixels. A browser caps the height of an element (Firefox near 17.9 million pixels, others near
 * 33 million), so a tall result gets a shorter scroll range, and one pixel of the bar then stands for several of rows.
 */
export const ROW = 28;
export const HEAD = 56;
export const FOOT = 28;
export const GUTTER = 40;
/** Height of the scrolled range that every browser can lay out. */
export const TALLEST = 8_000_000;

export interface Scale {
  /** Height of all rows, as if nothing were capped. */
  readonly full: number;
  /** Height that is laid out. */
  readonly laid: number;
  /** How far the rows can move, and how far the bar can. */
  readonly rowsRange: number;
  readonly barRange: number;
}

export function scaleOf(rows: number, viewport: number): Scale {
  const full = rows * ROW;
  const laid = Math.min(full, TALLEST);
  return { full, laid, rowsRange: Math.max(0, full - viewport), barRange: Math.max(0, laid - viewport) };
}

/** rowsTop is where the rows stand for a place of the bar. */
export function rowsTop(scale: Scale, barTop: number): number {
  if (scale.full === scale.laid) return clamp(barTop, 0, scale.rowsRange);
  if (scale.barRange === 0) return 0;
  return clamp((barTop / scale.barRange) * scale.rowsRange, 0, scale.rowsRange);
}

/** barTop is the place of the bar for where the rows stand. */
export function barTop(scale: Scale, top: number): number {
  if (scale.full === scale.laid) return clamp(top, 0, scale.barRange);
  if (scale.rowsRange === 0) return 0;
  return clamp((top / scale.rowsRange) * scale.barRange, 0, scale.barRange);
}

export interface Range {
  readonly start: number;
  /** First one not included. */
  readonly end: number;
}

/** visibleRows are the rows that show in a viewport, with one more at each end. */
export function visibleRows(top: number, viewport: number, rows: number): Range {
  const start = Math.max(0, Math.floor(top / ROW) - 1);
  const end = Math.min(rows, Math.ceil((top + viewport) / ROW) + 1);
  return { start: Math.min(start, end), end };
}

/** edges are the left edges of the columns and, last, the right edge of all. */
export function edges(widths: readonly number[]): number[] {
  const out = [0];
  for (const width of widths) out.push((out.at(-1) ?? 0) + width);
  return out;
}

/** visibleColumns are the columns that show between two x, with one more at each side. */
export function visibleColumns(lefts: readonly number[], from: number, to: number): Range {
  const columns = lefts.length - 1;
  let low = 0;
  let high = columns;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lefts[middle + 1] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < columns && (lefts[end] ?? 0) < to) end++;
  return { start: Math.max(0, low - 1), end: Math.min(columns, end + 1) };
}

/** revealed is the nearest place of the rows at which one row shows whole. */
export function revealed(row: number, top: number, viewport: number): number {
  const y = row * ROW;
  if (y < top) return y;
  if (y + ROW > top + viewport) return y + ROW - viewport;
  return top;
}

export function clamp(n: number, low: number, high: number): number {
  return Math.min(Math.max(n, low), high);
}
