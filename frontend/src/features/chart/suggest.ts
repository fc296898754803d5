import { regionOf, mapPack } from "./maps";
import type { ChartColumn, ChartKind, ChartSpec, ChartTable, FormatName } from "./spec";
import { isTime, toNumber } from "./table";

/** A kind that fits a result, or why it does not. */
export interface Suggestion {
  readonly kind: ChartKind;
  /** Absent where the kind does not fit. */
  readonly spec?: ChartSpec;
  /** What is missing: the name of a reason, worded by the page. */
  readonly reason?: "needsNumber" | "needsCategory" | "needsTime" | "needsTwoCategories" | "needsRegions" | "needsTwoNumbers";
}

interface Shelf {
  readonly times: readonly ChartColumn[];
  readonly words: readonly ChartColumn[];
  readonly numbers: readonly ChartColumn[];
  readonly table: ChartTable;
}

/** The chart that shows a result best, for a first look. */
export function suggest(table: ChartTable): ChartSpec {
  const s = shelfOf(table);
  const [number] = s.numbers;
  if (!number) return { kind: "table" };
  if (table.rows === 1) return { kind: "kpi", value: { column: number.name, format: formatOf(number) } };
  if (regions(s)) return byKind(s, "map").spec ?? { kind: "table" };
  if (s.times.length > 0 && s.words.length > 0) return byKind(s, "line").spec ?? { kind: "table" };
  if (s.times.length > 0) return byKind(s, "line").spec ?? { kind: "table" };
  if (s.words.length >= 2) return byKind(s, "heatmap").spec ?? { kind: "table" };
  if (s.words.length === 1) return byKind(s, "bar").spec ?? { kind: "table" };
  return { kind: "table" };
}

/** Every kind with a spec for this result, or the reason why it does not fit. */
export function suggestions(table: ChartTable): Suggestion[] {
  const s = shelfOf(table);
  const kinds: ChartKind[] = ["line", "area", "bar", "stacked", "combo", "donut", "pie", "heatmap", "map", "kpi", "list", "table"];
  return kinds.map((kind) => byKind(s, kind));
}

function shelfOf(table: ChartTable): Shelf {
  const times = table.columns.filter(isTime);
  const rest = table.columns.filter((c) => !times.includes(c));
  const numbers = rest.filter((c) => c.kind !== "text" && c.values.some((v) => typeof v === "number"));
  return { times, numbers, words: rest.filter((c) => !numbers.includes(c)), table };
}

function byKind(s: Shelf, kind: ChartKind): Suggestion {
  const [number, second] = s.numbers;
  const axis = s.times[0] ?? s.words[0];
  if (kind === "table") return { kind, spec: { kind } };
  if (!number) return { kind, reason: "needsNumber" };
  const format = formatOf(number);
  switch (kind) {
    case "kpi":
      return { kind, spec: { kind, value: { column: number.name, format }, ...(s.times[0] ? { x: s.times[0].name, aggregate: format === "ratio" ? "mean" as const : "sum" as const } : {}) } };
    case "line":
    case "area":
    case "bar":
    case "stacked": {
      if (!axis) return { kind, reason: "needsCategory" };
      const series = s.times[0] ? s.words[0] : s.words[1];
      const y = series ? [number.name] : alike(s.numbers).map((c) => c.name);
      return { kind, spec: { kind, x: axis.name, y, format, ...(series ? { series: series.name } : {}) } };
    }
    case "combo":
      if (!axis) return { kind, reason: "needsCategory" };
      if (!second) return { kind, reason: "needsTwoNumbers" };
      return { kind, spec: { kind, x: axis.name, upper: { column: number.name, format }, lower: { column: second.name, format: formatOf(second) } } };
    case "pie":
    case "donut":
    case "list": {
      const parts = s.words[0] ?? s.times[0];
      return parts ? { kind, spec: { kind, name: parts.name, value: number.name, format } } : { kind, reason: "needsCategory" };
    }
    case "heatmap": {
      const [x, y] = [...s.times, ...s.words];
      return x && y ? { kind, spec: { kind, x: x.name, y: y.name, value: number.name, format } } : { kind, reason: "needsTwoCategories" };
    }
    case "map": {
      const c = regions(s);
      return c ? { kind, spec: { kind, map: "china", region: c.name, value: number.name, format } } : { kind, reason: "needsRegions" };
    }
    default:
      return { kind, reason: "needsNumber" };
  }
}

/** The column whose values are mostly places of the map. */
function regions(s: Shelf): ChartColumn | undefined {
  const named = /(^|_)(province|region|省份?|地区)$/i;
  const pack = mapPack("china");
  return [...s.words, ...s.numbers].find((c) => {
    if (!pack) return named.test(c.name);
    const known = c.values.filter((v) => v !== null && v !== "");
    return known.length > 0 && known.filter((v) => regionOf(pack, String(v))).length / known.length > 0.6;
  });
}

/** The numbers that may share an axis with the first: the same format, the same order of size. */
function alike(numbers: readonly ChartColumn[]): ChartColumn[] {
  const [first] = numbers;
  if (!first) return [];
  const size = (c: ChartColumn): number => Math.max(1e-9, ...c.values.map((v) => Math.abs(toNumber(v) ?? 0)));
  return numbers.filter((c) => formatOf(c) === formatOf(first) && size(c) / size(first) < 50 && size(first) / size(c) < 50).slice(0, 6);
}

/** A guess from name and values: shares are ratios, money is ¥. */
export function formatOf(c: ChartColumn): FormatName {
  const known = c.values.map(toNumber).filter((v): v is number => v !== null);
  const within = known.every((v) => v >= 0 && v <= 1);
  if (within && known.length > 0 && /(rate|ratio|share|retention|率|占比)/i.test(c.name)) return "ratio";
  if (/(gmv|amount|revenue|arppu|price|金额|流水|收入)/i.test(c.name)) return "cny";
  return known.every((v) => Number.isInteger(v)) ? "count" : "number";
}
