import { dayMillis } from "../axis";
import type { Drawing } from "../drawing";
import { columnFormat, dayText } from "../format";
import { textWidth } from "../measure";
import type { Shape } from "../shape";
import type { ChartTable, CohortSpec, Env } from "../spec";
import { column, numbers, toTime } from "../table";
import { inkOn, onRamp, palette } from "../theme";
import { word } from "../words";

/** One cohort: who came first on a day, and which share was there on each day since. */
export interface Cohort {
  readonly start: number;
  readonly size: number;
  /** By day; null where that day is not in the data: never drawn as zero. */
  readonly rates: readonly (number | null)[];
}

/** Shares by cohort and day. A day after the last one in the data is unknown, a day within it without a row is 0. */
export function cohorts(table: ChartTable, spec: CohortSpec): Cohort[] {
  const days = spec.days ?? 14;
  const starts = column(table, spec.cohort).values.map(toTime);
  const offsets = numbers(table, spec.day);
  const users = numbers(table, spec.users);
  const found = new Map<number, Map<number, number>>();
  let last = -Infinity;
  starts.forEach((start, i) => {
    const day = offsets[i] ?? null;
    if (start === null || day === null) return;
    const row = found.get(start) ?? new Map<number, number>();
    row.set(day, (row.get(day) ?? 0) + (users[i] ?? 0));
    found.set(start, row);
    last = Math.max(last, start + day * dayMillis);
  });
  return [...found]
    .sort((a, b) => a[0] - b[0])
    .map(([start, row]) => {
      const size = row.get(0) ?? 0;
      const rates = Array.from({ length: days + 1 }, (_, d) => (start + d * dayMillis > last || size === 0 ? null : (row.get(d) ?? 0) / size));
      return { start, size, rates };
    })
    .filter((c) => c.size > 0);
}

/** The mean of each day, weighted by size, over the cohorts that know it. */
export function weightedAverage(all: readonly Cohort[], days: number): (number | null)[] {
  return Array.from({ length: days + 1 }, (_, d) => {
    const known = all.filter((c) => c.rates[d] !== null);
    const size = known.reduce((a, c) => a + c.size, 0);
    return size === 0 ? null : known.reduce((a, c) => a + (c.rates[d] ?? 0) * c.size, 0) / size;
  });
}

const left = 136;

/** The retention triangle: a table whose cells are coloured on a log scale. Day 0 is always 100 and has no column. */
export function cohort(table: ChartTable, spec: CohortSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const days = spec.days ?? 14;
  const all = cohorts(table, spec);
  const top = 44;
  const fits = Math.max(1, Math.floor((env.height - top - 12) / 18));
  const shown = all.slice(-(all.length > fits ? Math.max(1, Math.floor((env.height - top - 32) / 18)) : fits));
  const height = Math.min(22, (env.height - top - (shown.length < all.length ? 32 : 12)) / Math.max(1, shown.length));
  const width = (env.width - left - 16) / days;
  const range = rangeOf(shown);
  const out: Shape[] = header(env, days, width);
  out.push(...averageRow(weightedAverage(all, days), all.reduce((a, c) => a + c.size, 0), width, env));
  const sizes = columnFormat(shown.map((c) => c.size), "count", env.language);
  shown.forEach((c, row) => {
    const y = top + row * height;
    const baseline = y + height / 2 + 4;
    out.push(
      { type: "text", x: 16, y: baseline, text: dayText(c.start, env.language), size: 12, fill: p.text2 },
      { type: "text", x: left - 8, y: baseline, text: sizes(c.size), size: 12, fill: p.text3, anchor: "end" },
    );
    c.rates.slice(1).forEach((rate, d) => {
      if (rate === null) return;
      out.push(...cell(rate, { x: left + d * width, y, width, height, baseline, range, env }));
    });
  });
  if (shown.length < all.length) {
    out.push({ type: "text", x: 16, y: env.height - 12, text: word(env.language, "newest", { n: shown.length, m: all.length }), size: 12, fill: p.text3 });
  }
  return { width: env.width, height: env.height, charts: [], shapes: out, legend: scaleLegend(range, env) };
}

/** Least and most share after day 0, for the ramp. */
function rangeOf(shown: readonly Cohort[]): readonly [number, number] {
  const known = shown.flatMap((c) => c.rates.slice(1)).filter((v): v is number => v !== null && v > 0);
  return known.length === 0 ? [0.01, 1] : [Math.min(...known), Math.max(...known)];
}

function header(env: Env, days: number, width: number): Shape[] {
  const p = palette(env.theme);
  const text = (x: number, t: string, anchor: "start" | "middle" | "end"): Shape => ({ type: "text", x, y: 16, text: t, size: 12, fill: p.text3, anchor });
  return [
    text(16, word(env.language, "cohort"), "start"),
    text(left - 8, word(env.language, "users"), "end"),
    ...Array.from({ length: days }, (_, d) => text(left + d * width + width / 2, word(env.language, "day", { n: d + 1 }), "middle")),
  ];
}

function averageRow(average: readonly (number | null)[], total: number, width: number, env: Env): Shape[] {
  const p = palette(env.theme);
  const y = 37;
  const sum = columnFormat([total], "count", env.language)(total);
  return [
    { type: "text", x: 16, y, text: word(env.language, "average"), size: 12, weight: 600, fill: p.text1 },
    { type: "text", x: left - 8, y, text: sum, size: 12, weight: 600, fill: p.text1, anchor: "end" },
    ...average.slice(1).map((v, d): Shape => ({
      type: "text", x: left + d * width + width / 2, y, text: v === null ? "–" : percent(v), size: 12, weight: v === null ? 400 : 600, fill: v === null ? p.text3 : p.text1, anchor: "middle",
    })),
  ];
}

const percent = (rate: number): string => (rate * 100).toFixed(1);

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly baseline: number;
  readonly range: readonly [number, number];
  readonly env: Env;
}

function cell(rate: number, c: Cell): Shape[] {
  const p = palette(c.env.theme);
  const [low, high] = c.range;
  const at = rate <= 0 || high <= low ? 0 : Math.log(rate / low) / Math.log(high / low);
  const fill = onRamp(p.ramps.teal, at);
  const text: Shape = { type: "text", x: c.x + c.width / 2, y: c.baseline, text: percent(rate), size: 12, fill: inkOn(fill), anchor: "middle" };
  return [{ type: "rect", x: c.x + 1, y: c.y + 1, width: c.width - 2, height: c.height - 2, radius: 2, fill }, text];
}

/** "9% ▮▮▮ 40%, log", for the tile's heading. */
function scaleLegend([low, high]: readonly [number, number], env: Env): { width: number; shapes: Shape[] } {
  const p = palette(env.theme);
  const from = `${(low * 100).toFixed(0)}%`;
  const to = `${(high * 100).toFixed(0)}%${word(env.language, "log")}`;
  const start = textWidth(from, 12) + 6;
  const shapes: Shape[] = [{ type: "text", x: 0, y: 14, text: from, size: 12, fill: p.text3 }];
  p.ramps.teal.forEach((fill, i) => shapes.push({ type: "rect", x: start + i * 12, y: 6, width: 12, height: 8, fill }));
  shapes.push({ type: "text", x: start + 84 + 6, y: 14, text: to, size: 12, fill: p.text3 });
  return { width: start + 84 + 6 + textWidth(to, 12), shapes };
}
