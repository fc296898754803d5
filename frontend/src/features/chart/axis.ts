import { dayText, hourText, monthText, named, type Named } from "./format";
import { textWidth } from "./measure";
import type { Language } from "./spec";

export const dayMillis = 86_400_000;

/** A value axis: from zero (or below), in at most four round steps. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

const roundSteps = [1, 2, 2.5, 5, 10];

/** The smallest round scale that holds the values in steps or fewer. */
export function niceScale(values: readonly (number | null)[], steps = 4): Scale {
  const known = values.filter((v): v is number => v !== null && Number.isFinite(v));
  const high = Math.max(0, ...known);
  const low = Math.min(0, ...known);
  if (high === low) return { min: 0, max: 1, interval: 1 };
  const power = 10 ** Math.floor(Math.log10((high - low) / steps));
  for (const factor of [...roundSteps, ...roundSteps.map((s) => s * 10)]) {
    const interval = factor * power;
    const from = Math.floor(low / interval + 1e-9);
    const to = Math.ceil(high / interval - 1e-9);
    if (to - from <= steps) return { min: tidy(from * interval), max: tidy(to * interval), interval: tidy(interval) };
  }
  return { min: low, max: high, interval: high - low };
}

/** Cuts the noise of binary fractions. */
const tidy = (v: number): number => Number(v.toPrecision(12));

/** Ticks of a time axis and how they are written. */
export interface TimeTicks {
  readonly values: readonly number[];
  readonly label: Named<(t: number) => string>;
}

/**
 * Explicit ticks, because automatic ones collide and fall on odd dates: hours
 * for points closer than a day within two days, else days, Mondays, the 1st and 15th, months, whatever first
 * has room.
 */
export function timeTicks(first: number, last: number, width: number, language: Language, spacing = dayMillis): TimeTicks {
  const candidates: readonly { of: (t: number) => boolean; kind: "hour" | "day" | "month" }[] = spacing < dayMillis && last - first <= 2 * dayMillis
    ? [1, 2, 3, 4, 6, 12].map((h) => ({ of: (t: number) => (t / 3_600_000) % h === 0, kind: "hour" as const }))
    : [
        { of: () => true, kind: "day" },
        { of: (t) => Math.round((t - first) / dayMillis) % 2 === 0, kind: "day" },
        { of: (t) => new Date(t).getUTCDay() === 1, kind: "day" },
        { of: (t) => [1, 15].includes(new Date(t).getUTCDate()), kind: "day" },
        { of: (t) => new Date(t).getUTCDate() === 1, kind: "day" },
        { of: (t) => new Date(t).getUTCDate() === 1, kind: "month" },
        { of: (t) => new Date(t).getUTCDate() === 1 && new Date(t).getUTCMonth() % 3 === 0, kind: "month" },
        { of: (t) => new Date(t).getUTCDate() === 1 && new Date(t).getUTCMonth() === 0, kind: "month" },
      ];
  const step = candidates[0]?.kind === "hour" ? 3_600_000 : dayMillis;
  for (const c of candidates) {
    const values: number[] = [];
    for (let t = Math.ceil(first / step) * step; t <= last; t += step) if (c.of(t)) values.push(t);
    const label = tickLabel(c.kind, language);
    if (values.length > 0 && fits(values, label, first, last, width)) return { values, label };
  }
  return { values: [first, last], label: tickLabel("month", language) };
}

/** Whether labels leave 12 px between each other. */
function fits(values: readonly number[], label: (t: number) => string, first: number, last: number, width: number): boolean {
  const scale = last > first ? width / (last - first) : 0;
  let end = -Infinity;
  for (const v of values) {
    const half = textWidth(label(v), 12) / 2;
    const x = (v - first) * scale;
    if (x - half < end + 12) return false;
    end = x + half;
  }
  return true;
}

/** An axis of names in a plot so wide: every one that has room, cut where it has not enough. */
export function categoryAxis(all: readonly string[], plot: number) {
  const data = [...new Set(all)];
  const room = plot / Math.max(1, data.length) - 8;
  const widest = Math.max(0, ...data.map((n) => textWidth(n, 12)));
  const interval = Math.max(0, Math.ceil(Math.min(widest, 88) / Math.max(8, room)) - 1);
  return { type: "category" as const, data, axisLabel: { interval, width: Math.max(room * (interval + 1), 24), overflow: "truncate" as const } };
}

function tickLabel(kind: "hour" | "day" | "month", language: Language): Named<(t: number) => string> {
  const write = kind === "hour" ? hourText : kind === "day" ? (t: number) => dayText(t, language) : (t: number) => monthText(t, language);
  return named(`${kind} ${language}`, (t: number) => write(t));
}

/** The widest label of a scale, for a grid without measuring at draw time. */
export function scaleWidth(s: Scale, label: (v: number) => string): number {
  let widest = 0;
  for (let v = s.min; v <= s.max + s.interval / 2; v += s.interval) widest = Math.max(widest, textWidth(label(tidy(v)), 12));
  return Math.ceil(widest);
}

/** The smallest distance between two points of time, a day where there is one point. */
export function stepOf(times: readonly number[]): number {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  let step = Infinity;
  for (let i = 1; i < sorted.length; i++) step = Math.min(step, (sorted[i] ?? 0) - (sorted[i - 1] ?? 0));
  return Number.isFinite(step) && step > 0 ? step : dayMillis;
}

/** A run of absent days: [first, last], both absent. */
export type Hole = readonly [number, number];

/** Finds the steps without a row. Only for regular data: the step must be an hour or a day. */
export function holes(times: readonly number[], step: number): Hole[] {
  if (step !== dayMillis && step !== 3_600_000) return [];
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const out: Hole[] = [];
  for (let i = 1; i < sorted.length; i++) {
    const a = sorted[i - 1] ?? 0;
    const b = sorted[i] ?? 0;
    if (b - a > step * 1.5) out.push([a + step, b - step]);
  }
  return out;
}
