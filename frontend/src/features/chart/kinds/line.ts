import { dayMillis, holes, niceScale, scaleWidth, stepOf, timeTicks } from "../axis";
import type { Drawing, Option } from "../drawing";
import { axisFormatter, format, named } from "../format";
import { textWidth } from "../measure";
import type { Env, FormatName, LineSpec } from "../spec";
import { column, isTime, seriesOf, toTime, type Series } from "../table";
import type { ChartTable } from "../spec";
import { fontUI, palette, seriesColor, type Palette } from "../theme";
import { textIn } from "../words";

/** How a series is called: its own title, its value of the series column, its column. */
export const seriesName = (s: Series, env: Env): string => s.name ?? (textIn(s.measure.title, env.language) || s.measure.column);

/** The most series with a colour of their own. */
export const maxSeries = 6;

/** Lines or areas over time or categories; each line carries its own label. */
export function line(table: ChartTable, spec: LineSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const all = seriesOf(table, spec.x, spec.y, spec.series);
  const fmt = spec.format ?? all[0]?.measure.format ?? "count";
  const time = isTime(column(table, spec.x));
  const scale = niceScale(all.flatMap((s) => s.points.map((q) => q.y)), 5);
  const labels = all.map((s, i) => (i < maxSeries ? endLabel(s, fmt, env) : null));
  const right = 16 + Math.max(0, ...labels.map((l) => (l === null ? 0 : 22 + l.width)));
  const grid = { left: 16, right, top: spec.marks?.length ? 28 : 16, bottom: 10 };
  const label = axisFormatter(fmt, scale.max, env.language);
  const plot = env.width - right - 24 - scaleWidth(scale, label);
  const option: Option = {
    animation: false,
    useUTC: true,
    grid,
    xAxis: time ? timeAxis(all, plot, env) : categoryAxis(all),
    yAxis: { type: "value", ...scale, axisLabel: { formatter: label } },
    series: all.map((s, i) => lineSeries(s, i, { spec, env, p, time, label: labels[i] ?? null })),
  };
  return {
    width: env.width,
    height: env.height,
    charts: [{
      x: 0, y: 0, width: env.width, height: env.height, option,
      hover: { trigger: "axis", axis: time ? axisKind(all) : "text", series: all.map((s, i) => ({ name: seriesName(s, env), format: s.measure.format ?? fmt, color: seriesColor(p, s.measure.color, i) })) },
    }],
    shapes: [],
  };
}

const timesOf = (all: readonly Series[]): number[] => all.flatMap((s) => s.points.map((q) => toTime(q.x))).filter((t): t is number => t !== null);

/** Whether a place on a time axis is a day or an hour. */
export const axisKind = (all: readonly Series[]): FormatName => (stepOf(timesOf(all)) < dayMillis ? "hour" : "date");

function timeAxis(all: readonly Series[], plot: number, env: Env): Option {
  const times = timesOf(all);
  const first = Math.min(...times);
  const last = Math.max(...times);
  const ticks = timeTicks(first, last, plot, env.language, stepOf(times));
  return { type: "time", min: first, max: last, axisLabel: { customValues: ticks.values, formatter: ticks.label }, splitLine: { show: false } };
}

function categoryAxis(all: readonly Series[]): Option {
  const names = [...new Set(all.flatMap((s) => s.points.map((q) => String(q.x ?? ""))))];
  return { type: "category", boundaryGap: false, data: names };
}

interface EndLabel {
  readonly name: string;
  readonly value: string;
  readonly width: number;
}

/** Name and last known value, to stand right of the line. */
function endLabel(s: Series, fmt: FormatName, env: Env): EndLabel | null {
  const last = [...s.points].reverse().find((q) => q.y !== null);
  if (!last) return null;
  const name = seriesName(s, env);
  const value = format(s.measure.format ?? fmt, last.y, env.language);
  return { name, value, width: textWidth(name, 12, 600) + 8 + textWidth(value, 12) };
}

interface LineContext {
  readonly spec: LineSpec;
  readonly env: Env;
  readonly p: Palette;
  readonly time: boolean;
  readonly label: EndLabel | null;
}

function lineSeries(s: Series, index: number, c: LineContext): Option {
  const color = seriesColor(c.p, s.measure.color, index);
  const known = s.points.filter((q) => q.y !== null).length;
  const points = c.time ? timePoints(s) : s.points.map((q) => [String(q.x ?? ""), q.y]);
  return {
    type: "line",
    name: seriesName(s, c.env),
    data: points,
    color,
    z: 3,
    showSymbol: known === 1,
    connectNulls: false,
    ...(c.spec.kind === "area" ? { areaStyle: { opacity: c.env.theme === "dark" ? 0.14 : 0.09 } } : {}),
    ...(c.label === null ? {} : { endLabel: labelOption(c.label, color, c.p), labelLayout: { moveOverlap: "shiftY" } }),
    ...(index === 0 ? marks(c, s) : {}),
  };
}

/** Points by time, with a null in every hole so that a gap is seen. */
function timePoints(s: Series): [number, number | null][] {
  const points = s.points.map((q): [number, number | null] => [toTime(q.x) ?? NaN, q.y]).filter((q) => !Number.isNaN(q[0]));
  points.sort((a, b) => a[0] - b[0]);
  for (const [from] of holes(points.map((q) => q[0]), stepOf(points.map((q) => q[0])))) points.push([from, null]);
  return points.sort((a, b) => a[0] - b[0]);
}

function labelOption(l: EndLabel, color: string, p: Palette): Option {
  const text = { fontSize: 12, fontFamily: fontUI };
  return {
    show: true,
    distance: 8,
    formatter: named(`end ${l.name} ${l.value}`, () => `{s|}{g|}{n|${l.name}} {v|${l.value}}`),
    rich: {
      s: { backgroundColor: color, width: 8, height: 8, borderRadius: 2 },
      g: { width: 6 },
      n: { ...text, color: p.text1, fontWeight: 600 },
      v: { ...text, color: p.text2, fontWeight: 400, padding: [0, 0, 0, 2] },
    },
  };
}

/** Dated events, and bands where days are missing. */
function marks(c: LineContext, s: Series): Option {
  const out: Record<string, unknown> = {};
  if (c.spec.marks?.length) {
    out["markLine"] = {
      silent: true, symbol: "none", lineStyle: { color: c.p.control, width: 1, type: [2, 3] },
      label: { show: true, position: "end", distance: 4, color: c.p.text3, fontSize: 12, fontFamily: fontUI, formatter: "{b}" },
      data: c.spec.marks.map((m) => ({ xAxis: toTime(m.at) ?? m.at, name: textIn(m.label, c.env.language) })),
    };
  }
  const times = c.time ? timesOf([s]) : [];
  const gaps = holes(times, stepOf(times));
  if (gaps.length > 0) {
    const half = stepOf(times) / 2;
    out["markArea"] = { silent: true, itemStyle: { color: c.p.sunken, opacity: 0.6 }, data: gaps.map(([a, b]) => [{ xAxis: a - half }, { xAxis: b + half }]) };
  }
  return out;
}
