import type { ChartColumn, ChartTable, Measure, MeasureSpec, Value } from "./spec";

/** A chart asked for a column that the result does not have. */
export class UnknownColumn extends Error {
  constructor(
    readonly column: string,
    readonly have: readonly string[],
  ) {
    super(`chart wants column ${column}; the result has ${have.join(", ")}`);
    this.name = "UnknownColumn";
  }
}

/** Finds a column, without regard to case where only one fits. */
export function column(table: ChartTable, name: string): ChartColumn {
  const exact = table.columns.find((c) => c.name === name);
  if (exact) return exact;
  const loose = table.columns.filter((c) => c.name.toLowerCase() === name.toLowerCase());
  if (loose.length === 1 && loose[0]) return loose[0];
  throw new UnknownColumn(name, table.columns.map((c) => c.name));
}

/** Any value as a number; null for what is none. */
export function toNumber(v: Value | undefined): number | null {
  if (v === null || v === undefined || v === "") return null;
  const n = typeof v === "number" ? v : Number(v);
  return Number.isFinite(n) ? n : null;
}

export const numbers = (table: ChartTable, name: string): (number | null)[] => column(table, name).values.map(toNumber);

export const texts = (table: ChartTable, name: string): (string | null)[] =>
  column(table, name).values.map((v) => (v === null || v === undefined ? null : String(v)));

/** A name and what its rows add up to; rows without a number add nothing. */
export interface Total {
  readonly name: string | null;
  readonly value: number;
}

/** The sum over the rows of each name, in the order in which the names come. */
export function totals(table: ChartTable, name: string, value: string): Total[] {
  const values = numbers(table, value);
  const sums = new Map<string | null, number>();
  texts(table, name).forEach((n, i) => sums.set(n, (sums.get(n) ?? 0) + (values[i] ?? 0)));
  return [...sums].map(([n, sum]) => ({ name: n, value: sum }));
}

const stamp = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/;

/**
 * A date or local timestamp as milliseconds, as if the wall clock were UTC: the
 * workspace's zone was applied by the engine, and no browser zone may move it.
 */
export function toTime(v: Value | undefined): number | null {
  if (typeof v !== "string") return null;
  const m = stamp.exec(v);
  if (!m) return null;
  return Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0));
}

/** Whether every value of a column is a date or timestamp. */
export function isTime(c: ChartColumn): boolean {
  if (c.kind === "date" || c.kind.startsWith("timestamp")) return true;
  let seen = false;
  for (const v of c.values) {
    if (v === null) continue;
    if (toTime(v) === null) return false;
    seen = true;
  }
  return seen;
}

export const measure = (m: MeasureSpec): Measure => (typeof m === "string" ? { column: m } : m);

export const measures = (y: readonly MeasureSpec[] | MeasureSpec): Measure[] =>
  (Array.isArray(y) ? (y as readonly MeasureSpec[]) : [y as MeasureSpec]).map(measure);

/** One drawn line or bar group: its points in the order of the rows. */
export interface Series {
  readonly measure: Measure;
  readonly name: string | null;
  readonly points: readonly { readonly x: Value; readonly y: number | null }[];
}

/**
 * Splits a table into series: one a measure, or one a value of the series
 * column. Rows of one series keep their order.
 */
export function seriesOf(
  table: ChartTable,
  x: string,
  y: readonly MeasureSpec[] | MeasureSpec,
  by: string | undefined,
): Series[] {
  const xs = column(table, x).values;
  const all = measures(y);
  if (by === undefined) {
    return all.map((m) => {
      const ys = numbers(table, m.column);
      return { measure: m, name: null, points: xs.map((v, i) => ({ x: v, y: ys[i] ?? null })) };
    });
  }
  const first = all[0];
  if (!first) return [];
  const ys = numbers(table, first.column);
  const groups = new Map<string, { x: Value; y: number | null }[]>();
  texts(table, by).forEach((name, i) => {
    const key = name ?? "";
    const points = groups.get(key) ?? [];
    points.push({ x: xs[i] ?? null, y: ys[i] ?? null });
    groups.set(key, points);
  });
  return [...groups].map(([name, points]) => ({ measure: first, name, points }));
}
