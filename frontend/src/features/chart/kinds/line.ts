import { categoryAxis, dayMillis, holes, niceScale, scaleWidth, stepOf, timeTicks, type Scale } from "../axis";
import type { Drawing, Option } from "../drawing";
import { axisFormatter, format } from "../format";
import { textWidth } from "../measure";
import type { Env, FormatName, LineSpec } from "../spec";
import { column, isTime, seriesOf, toTime, type Series } from "../table";
import type { ChartTable } from "../spec";
import { fontUI, palette, seriesColor, type Palette } from "../theme";
import { textIn } from "../words";
import { endLabels, endLabelWidth, legendRow, roomFor, type EndLabel } from "./labels";

/** How a series is called: its own title, its value of the series column, its column. */
export const seriesName = (s: Series, env: Env): string => s.name ?? (textIn(s.measure.title, env.language) || s.measure.column);

/** The most series with a colour of their own. */
export const maxSeries = 6;

/** The end of the plot over its x axis' labels. */
const below = 30;

/** The widest that a name on the x axis is written: half of the first and the last stand outside of the plot. */
const mostName = 120;

/** Lines or areas over time or categories; each line carries its own label. */
export function line(table: ChartTable, spec: LineSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const all = seriesOf(table, spec.x, spec.y, spec.series);
  const fmt = spec.format ?? all[0]?.measure.format ?? "count";
  const time = isTime(column(table, spec.x));
  const scale = niceScale(all.flatMap((s) => s.points.map((q) => q.y)), 5);
  const label = axisFormatter(fmt, scale.max, env.language);
  const names = time ? [] : [...new Set(all.flatMap((s) => s.points.map((q) => String(q.x ?? ""))))];
  const half = (name: string | undefined): number => 4 + Math.min(mostName, textWidth(name ?? "", 12)) / 2;
  const { labels, unnamed, room, top } = namesOf(all, scale, fmt, (spec.marks?.length ?? 0) > 0, env);
  const left = Math.max(16 + scaleWidth(scale, label) + 8, half(names[0]));
  const right = Math.max(16 + room, half(names.at(-1)), time ? 24 : 0);
  const plot = env.width - left - right;
  const option: Option = {
    animation: false,
    useUTC: true,
    grid: { left, right, top, bottom: below, outerBoundsMode: "none" },
    xAxis: time ? timeAxis(all, plot, env) : nameAxis(names, plot),
    yAxis: { type: "value", ...scale, axisLabel: { formatter: label } },
    series: all.map((s, i) => lineSeries(s, i, { spec, env, p, time })),
  };
  const box = { x: env.width - right + 8, width: room - 8, top: 8, bottom: env.height - below - 8 };
  return {
    width: env.width,
    height: env.height,
    charts: [{
      x: 0, y: 0, width: env.width, height: env.height, option,
      hover: { trigger: "axis", axis: time ? axisKind(all) : "text", series: all.map((s, i) => ({ name: seriesName(s, env), format: s.measure.format ?? fmt, color: seriesColor(p, s.measure.color, i) })) },
    }],
    shapes: [...legendRow(unnamed, env), ...endLabels(labels, { ...box, top: unnamed.length > 0 ? 32 : box.top }, env)],
  };
}

interface Names {
  readonly labels: readonly EndLabel[];
  /** The lines that a row above the plot names, for the labels take all of the height. */
  readonly unnamed: readonly EndLabel[];
  /** The width that the labels take right of the plot. */
  readonly room: number;
  readonly top: number;
}

/** Name and last known value of each line, and where the plot begins under what stands above it. */
function namesOf(all: readonly Series[], scale: Scale, fmt: FormatName, marked: boolean, env: Env): Names {
  const p = palette(env.theme);
  const known = all.flatMap((s, i) => {
    const last = s.points.findLast((q) => q.y !== null)?.y;
    if (last === undefined || last === null) return [];
    return [{ name: seriesName(s, env), value: format(s.measure.format ?? fmt, last, env.language), color: seriesColor(p, s.measure.color, i), last }];
  });
  const bottom = env.height - below - 8;
  const crowded = known.length > roomFor(8, bottom);
  const most = crowded ? roomFor(32, bottom) : known.length;
  const top = (marked ? 28 : 16) + (crowded ? 20 : 0);
  const placed = known.map((l) => ({ ...l, y: top + (env.height - below - top) * (1 - (l.last - scale.min) / (scale.max - scale.min)) }));
  const labels = placed.slice(0, most);
  const widest = Math.max(0, ...labels.map((l) => endLabelWidth(l.name, l.value)));
  return { labels, unnamed: placed.slice(most), room: labels.length > 0 ? Math.min(env.width * 0.45, 8 + Math.ceil(widest)) : 0, top };
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

/** Names from one end of the plot to the other. */
function nameAxis(names: readonly string[], plot: number): Option {
  const axis = categoryAxis(names, plot);
  return { ...axis, boundaryGap: false, axisLabel: { ...axis.axisLabel, width: Math.min(mostName, axis.axisLabel.width) } };
}

interface LineContext {
  readonly spec: LineSpec;
  readonly env: Env;
  readonly p: Palette;
  readonly time: boolean;
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
