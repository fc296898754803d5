import { dayMillis } from "../axis";
import type { Drawing } from "../drawing";
import { compactParts, format, grouped, signed } from "../format";
import { fitText, textWidth } from "../measure";
import { num, type Shape } from "../shape";
import type { ChartTable, Env, FormatName, KpiSpec } from "../spec";
import { column, numbers, toTime } from "../table";
import { palette, seriesColor } from "../theme";
import { textIn, word } from "../words";

/** A day of a KPI: its own value, and what sums over days are made of. */
interface Day {
  readonly time: number;
  readonly value: number | null;
  readonly of: number | null;
  readonly line: number | null;
}

/** What the tile says. */
export interface Kpi {
  readonly value: number | null;
  /** Absolute for a ratio, relative else; null when there is nothing to compare with. */
  readonly change: number | null;
  readonly against: "previous" | "trailing" | "none";
  readonly days: number;
  readonly line: readonly number[];
}

/**
 * Value over the period, and its change: against the days before the period
 * where the data has them all, else the last week against the week before.
 * Days that are not complete (null) count nowhere.
 */
export function kpiValue(table: ChartTable, spec: KpiSpec, env: Env): Kpi {
  const days = daysOf(table, spec);
  const from = env.from ? toTime(env.from) : null;
  const to = env.to ? toTime(env.to) : null;
  const period = days.filter((d) => (from === null || d.time >= from) && (to === null || d.time <= to));
  const before = from === null ? [] : days.filter((d) => d.time < from);
  const length = from !== null && to !== null ? Math.round((to - from) / dayMillis) + 1 : period.length;
  const value = aggregate(period, spec);
  const line = cutTail(period.map((d) => d.line));
  if (before.length >= 0.9 * length && before.length > 0) {
    return { value, change: changeOf(value, aggregate(before, spec), spec), against: "previous", days: length, line };
  }
  const known = period.filter((d) => d.value !== null);
  if (known.length >= 14) {
    const change = changeOf(aggregate(known.slice(-7), spec), aggregate(known.slice(-14, -7), spec), spec);
    return { value, change, against: "trailing", days: 7, line };
  }
  return { value, change: null, against: "none", days: length, line };
}

function daysOf(table: ChartTable, spec: KpiSpec): Day[] {
  const values = numbers(table, spec.value.column);
  const of = spec.of ? numbers(table, spec.of) : [];
  const lines = spec.line ? numbers(table, spec.line) : null;
  const times = spec.x ? column(table, spec.x).values.map(toTime) : values.map((_, i) => i * dayMillis);
  const rows = new Map<number, Row[]>();
  values.forEach((value, i) => {
    const time = times[i] ?? 0;
    rows.set(time, [...(rows.get(time) ?? []), { value, of: of[i] ?? null, line: lines?.[i] ?? null }]);
  });
  return [...rows].map(([time, all]) => dayOf(time, all, spec)).sort((a, b) => a.time - b.time);
}

type Row = Omit<Day, "time">;

/** A day of several rows is their sum; a mean of ratios stays one. */
function dayOf(time: number, rows: readonly Row[], spec: KpiSpec): Day {
  const total = (of: (r: Row) => number | null): number | null => {
    const known = rows.map(of).filter((v): v is number => v !== null);
    const sum = known.reduce((a, v) => a + v, 0);
    return known.length === 0 ? null : isRatio(spec.value.format) && spec.aggregate !== "share" ? sum / known.length : sum;
  };
  const value = total((r) => r.value);
  const of = total((r) => r.of);
  const share = value === null || !of ? null : value / of;
  return { time, value, of, line: spec.line ? total((r) => r.line) : spec.aggregate === "share" ? share : value };
}

function aggregate(days: readonly Day[], spec: KpiSpec): number | null {
  const known = days.filter((d) => d.value !== null);
  if (known.length === 0) return null;
  const sum = known.reduce((a, d) => a + (d.value ?? 0), 0);
  switch (spec.aggregate ?? (spec.x ? "mean" : "last")) {
    case "sum":
      return sum;
    case "mean":
      return sum / known.length;
    case "last":
      return known[known.length - 1]?.value ?? null;
    case "share": {
      const whole = known.reduce((a, d) => a + (d.of ?? 0), 0);
      return whole === 0 ? null : sum / whole;
    }
  }
}

const isRatio = (f: FormatName | undefined): boolean => f === "ratio" || f === "percent";

function changeOf(now: number | null, then: number | null, spec: KpiSpec): number | null {
  if (now === null || then === null) return null;
  if (isRatio(spec.value.format)) return spec.value.format === "ratio" ? (now - then) * 100 : now - then;
  return then === 0 ? null : (now / then - 1) * 100;
}

/** The small line ends at the last complete day. */
const cutTail = (values: readonly (number | null)[]): number[] => values.filter((v): v is number => v !== null);

/** The small line stands right of the change in a wide tile, else right of the number alone, and is lower then. */
const line = { width: 96, least: 64, tall: 40, low: 28, top: 30, wide: 248 };

/** Name, big number, change and a small line; the tile has no other heading. */
export function kpi(table: ChartTable, spec: KpiSpec, env: Env, title: string): Drawing {
  const p = palette(env.theme);
  const k = kpiValue(table, spec, env);
  const name = title || textIn(spec.value.title, env.language) || spec.value.column;
  const shown = fitText(name, env.width - 32, 12, 500);
  const noteX = 16 + textWidth(shown, 12, 500) + 6;
  const note = fitText(textIn(spec.note, env.language), env.width - 16 - noteX, 12);
  const [big, unit] = parts(k.value, spec.value.format, env);
  const change = changeText(k, spec, env);
  const besideChange = env.width - 44 - (change.text === "" ? 0 : textWidth(change.text, 12, 500) + 6) - textWidth(change.note, 12);
  const besideNumber = env.width - 44 - textWidth(big, 28, 600) - (unit ? 2 + textWidth(unit, 16, 500) : 0);
  const tall = env.width >= line.wide && besideChange >= line.least;
  const sparkWidth = Math.min(line.width, tall ? besideChange : besideNumber);
  const box = { x: env.width - 16 - sparkWidth, width: sparkWidth, height: tall ? line.tall : line.low };
  const roomy = sparkWidth >= 40;
  const shapes: Shape[] = [
    { type: "text", x: 16, y: 21, text: shown, size: 12, weight: 500, fill: p.text2 },
    ...(note.length > 1 ? [{ type: "text" as const, x: noteX, y: 21, text: note, size: 12, fill: p.text3 }] : []),
    { type: "text", x: 16, y: 53, text: big, size: 28, weight: 600, fill: k.value === null ? p.text3 : p.text1, spacing: -0.02 },
  ];
  if (unit) shapes.push({ type: "text", x: 18 + textWidth(big, 28, 600) - 0.02 * 28 * big.length, y: 53, text: unit, size: 16, weight: 500, fill: p.text2 });
  shapes.push(...changeLine(change, env, env.width - 32));
  if (roomy) shapes.push(...spark(k.line, box, seriesColor(p, spec.value.color ?? "accent", 0), env));
  return { width: env.width, height: env.height, charts: [], shapes, summary: `${name} ${big}${unit}` };
}

function parts(v: number | null, f: FormatName | undefined, env: Env): [string, string] {
  if (v === null) return ["–", ""];
  if (f === "ratio") return [(v * 100).toFixed(1), "%"];
  if (f === "percent") return [v.toFixed(1), "%"];
  if (f === "integer") return [grouped(v), ""];
  if (f === "text" || f === "date" || f === "hour") return [format(f, v, env.language), ""];
  const [n, unit] = compactParts(v >= 100 ? Math.round(v) : v, env.language);
  return [f === "cny" ? `¥${n}` : n, unit];
}

/** The signed change and what it is against; no change: only why. */
interface Change {
  readonly text: string;
  readonly note: string;
  readonly tone: "better" | "worse" | "same";
}

function changeText(k: Kpi, spec: KpiSpec, env: Env): Change {
  const ratio = isRatio(spec.value.format);
  if (k.value === null) return { text: "", note: word(env.language, ratio ? "noneComplete" : "noData"), tone: "same" };
  if (k.change === null) return { text: "", note: word(env.language, "noPrevious"), tone: "same" };
  const text = signed(k.change, 1, ratio ? word(env.language, "pp") : "%");
  const better = k.change > 0 !== (spec.lowerIsBetter ?? false);
  return { text, note: word(env.language, k.against === "previous" ? "previous" : "trailing", { n: k.days }), tone: text.startsWith("±") ? "same" : better ? "better" : "worse" };
}

function changeLine(c: Change, env: Env, width: number): Shape[] {
  const p = palette(env.theme);
  const y = 73;
  const x = c.text === "" ? 16 : 16 + textWidth(c.text, 12, 500) + 6;
  const note: Shape = { type: "text", x, y, text: fitText(c.note, width - (x - 16), 12), size: 12, fill: p.text3 };
  if (c.text === "") return [note];
  return [{ type: "text", x: 16, y, text: c.text, size: 12, weight: 500, fill: { better: p.ok, worse: p.danger, same: p.text3 }[c.tone] }, note];
}

/** A line on its own scale, with a dot at its end. */
function spark(values: readonly number[], { x, width, height }: { readonly x: number; readonly width: number; readonly height: number }, color: string, env: Env): Shape[] {
  if (values.length < 2) return [];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const flat = high - low < 1e-12;
  const at = (i: number): number => x + 1 + ((width - 6) * i) / (values.length - 1);
  const up = (v: number): number => line.top + 4 + (height - 8) * (flat ? 0.5 : 1 - (v - low) / (high - low));
  const points = values.map((v, i) => `${num(at(i))} ${num(up(v))}`);
  const bottom = line.top + height - 2;
  const lastX = at(values.length - 1);
  const lastY = up(values[values.length - 1] ?? 0);
  return [
    { type: "path", d: `M${points.join("L")}L${num(lastX)} ${bottom}L${num(at(0))} ${bottom}Z`, fill: color, opacity: env.theme === "dark" ? 0.14 : 0.09 },
    { type: "path", d: `M${points.join("L")}`, stroke: color, strokeWidth: 1.25 },
    { type: "circle", x: lastX, y: lastY, r: 2.5, fill: color, stroke: palette(env.theme).panel },
  ];
}
