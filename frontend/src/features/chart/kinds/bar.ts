import { categoryAxis, dayMillis, niceScale, scaleWidth, stepOf, timeTicks, type Scale } from "../axis";
import type { Drawing, Option } from "../drawing";
import { axisFormatter, columnFormat } from "../format";
import { textWidth } from "../measure";
import type { Shape } from "../shape";
import type { BarSpec, ChartTable, Env, FormatName } from "../spec";
import { column, isTime, seriesOf, toTime, type Series } from "../table";
import { barColor, palette, type Palette } from "../theme";
import { word } from "../words";
import { endLabels, legendRow, roomFor } from "./labels";
import { axisKind, maxSeries, seriesName } from "./line";

/** Bars from zero, side by side or stacked; series are named at the last bar. */
export function bar(table: ChartTable, spec: BarSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const all = foldSeries(seriesOf(table, spec.x, spec.y, spec.series), env);
  const fmt = spec.format ?? all[0]?.measure.format ?? "count";
  const stacked = spec.kind === "stacked";
  const time = isTime(column(table, spec.x));
  const scale = niceScale(stacked ? sums(all) : all.flatMap((s) => s.points.map((q) => q.y)), 4);
  const label = axisFormatter(fmt, scale.max, env.language);
  const names = all.length > 1 ? all.map((s) => seriesName(s, env)) : [];
  const right = 16 + (stacked && names.length > 0 ? Math.min(148, 16 + Math.max(...names.map((n) => textWidth(n, 12, 600))) + 48) : 0);
  const legend = !stacked && names.length > 0;
  const left = 16 + scaleWidth(scale, label) + 8;
  const grid = { left, right, top: legend ? 36 : 16, bottom: 30, outerBoundsMode: "none" as const };
  const option: Option = {
    animation: false,
    useUTC: true,
    grid,
    xAxis: time ? barTimeAxis(all, env.width - left - right, env) : categoryAxis(all.flatMap((s) => s.points.map((q) => String(q.x ?? ""))), env.width - left - right),
    yAxis: { type: "value", ...scale, axisLabel: { formatter: label } },
    series: all.map((s, i) => ({
      type: "bar",
      name: seriesName(s, env),
      ...(stacked ? { stack: "all" } : {}),
      data: s.points.map((q) => [time ? toTime(q.x) : String(q.x ?? ""), q.y]),
      color: colorOf(p, s, i),
      barCategoryGap: "22%",
      itemStyle: { borderRadius: stacked && i < all.length - 1 ? 0 : [1, 1, 0, 0], ...(stacked ? { borderColor: p.panel, borderWidth: 0.75 } : {}) },
    })),
  };
  const shapes = stacked && names.length > 0 ? stackLabels(all, scale, grid, fmt, env) : legend ? legendRow(all.map((s, i) => ({ name: names[i] ?? "", color: colorOf(p, s, i) })), env) : [];
  return {
    width: env.width, height: env.height, shapes,
    charts: [{
      x: 0, y: 0, width: env.width, height: env.height, option,
      hover: { trigger: "axis", axis: time ? axisKind(all) : "text", series: all.map((s, i) => ({ name: seriesName(s, env), format: fmt, color: barColor(p, s.measure.color, i) })) },
    }],
  };
}

/** The seventh series and later become one, called Other. */
function foldSeries(all: readonly Series[], env: Env): Series[] {
  if (all.length <= maxSeries + 1) return [...all];
  const total = (s: Series): number => s.points.reduce((a, q) => a + (q.y ?? 0), 0);
  const ranked = [...all].sort((a, b) => total(b) - total(a));
  const rest = ranked.slice(maxSeries);
  const sum = new Map<string, { x: Series["points"][number]["x"]; y: number | null }>();
  for (const s of rest) {
    for (const q of s.points) {
      const key = String(q.x);
      sum.set(key, { x: q.x, y: (sum.get(key)?.y ?? 0) + (q.y ?? 0) });
    }
  }
  const first = rest[0];
  if (!first) return ranked;
  return [...ranked.slice(0, maxSeries), { measure: first.measure, name: word(env.language, "other"), points: [...sum.values()] }];
}

function sums(all: readonly Series[]): number[] {
  const by = new Map<string, number>();
  for (const s of all) for (const q of s.points) by.set(String(q.x), (by.get(String(q.x)) ?? 0) + (q.y ?? 0));
  return [...by.values()];
}

/** A time axis with half a step at each end, or the edge bars are cut. */
export function barTimeAxis(all: readonly Series[], plot: number, env: Env): Option {
  const times = all.flatMap((s) => s.points.map((q) => toTime(q.x))).filter((t): t is number => t !== null);
  const half = stepOf(times) / 2;
  const first = Math.min(...times);
  const last = Math.max(...times);
  const ticks = timeTicks(first, last, (plot * (last - first)) / Math.max(1, last - first + 2 * half), env.language, 2 * half);
  return {
    type: "time", min: first - half, max: last + half,
    axisLabel: { customValues: ticks.values, formatter: ticks.label }, splitLine: { show: false },
    ...(2 * half < dayMillis ? { minInterval: 2 * half } : {}),
  };
}

/** Names and last values right of the last stack, each at the height of its part. */
function stackLabels(all: readonly Series[], scale: Scale, grid: { right: number; top: number; bottom: number }, fmt: FormatName, env: Env): Shape[] {
  const p = palette(env.theme);
  const height = env.height - grid.top - grid.bottom;
  const last = all.map((s) => s.points[s.points.length - 1]?.y ?? 0);
  const write = columnFormat(last, fmt, env.language);
  let sum = 0;
  const labels = all.map((s, i) => {
    const v = last[i] ?? 0;
    const y = grid.top + height * (1 - (sum + v / 2 - scale.min) / (scale.max - scale.min));
    sum += v;
    return { name: seriesName(s, env), value: write(v), color: colorOf(p, s, i), y };
  });
  const box = { x: env.width - grid.right + 8, width: grid.right - 16, top: 8, bottom: env.height - grid.bottom - 8 };
  return endLabels(labels.slice(0, roomFor(box.top, box.bottom)), box, env);
}

const colorOf = (p: Palette, s: Series, i: number): string => (i < maxSeries ? barColor(p, s.measure.color, i) : p.other);
