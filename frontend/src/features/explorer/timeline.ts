import type { SnapshotInfo } from "../../api/types";

export interface Bar {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly tone: "append" | "overwrite" | "compact";
  readonly title: string;
}

/** Where the parts of a time line stand. Above and below zero have one scale. */
export interface Layout {
  readonly pitch: number;
  readonly bar: number;
  readonly width: number;
  /** Where the first snapshot's room begins: behind the scale, and behind what expired. */
  readonly start: number;
  readonly zero: number;
  /** Lines of the scale with what they stand for, 0 left out. */
  readonly lines: readonly { readonly y: number; readonly rows: number }[];
  readonly bars: readonly Bar[];
}

/** Room for the numbers of the scale. */
export const GUTTER = 56;
export const HEIGHT = 128;
const TOP = 20;
const FOOT = 4;
const LEAST = 16;
const WIDEST = 160;
/** Room for snapshots that expired, however many they were. */
const EXPIRED = 96;

export const FILL: Record<Bar["tone"], string> = { append: "var(--c1)", overwrite: "var(--c2)", compact: "var(--c-other)" };

/** The chip of a kind of commit. */
export const TONE = { append: "accent", overwrite: "warn", compact: "plain" } as const;

/** kindText is the kind of a commit in words; one that is none of the three keeps the format's own name. */
export function kindText(kind: string, t: (key: string) => string): string {
  const known = (["append", "overwrite", "compact"] as const).find((tone) => kind.toLowerCase() === tone);
  return known ? t(`explorer.${known}`) : kind;
}

export function toneOf(kind: string): Bar["tone"] {
  const name = kind.toLowerCase();
  if (name.includes("compact")) return "compact";
  return name.includes("overwrite") ? "overwrite" : "append";
}

/** step is a round number of rows that divides a scale into at most four parts. */
function step(span: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, span / 3)));
  return [1, 2, 5, 10].map((n) => n * ten).find((n) => span / n <= 4) ?? 10 * ten;
}

/**
 * layout places one bar a snapshot, oldest left: above zero rows came, below they went; what changed none is a short bar
 * across it. Before the bars stands a field for the snapshots that expired, where there were any.
 */
export function layout(snapshots: readonly SnapshotInfo[], room: number, expired: number, titleOf: (snapshot: SnapshotInfo) => string = ({ id }) => `#${id}`): Layout {
  const deltas = snapshots.map((snapshot) => snapshot.deltaRows ?? 0);
  const [up, down] = [Math.max(0, ...deltas), Math.max(0, ...deltas.map((delta) => -delta))];
  const span = Math.max(1, up + down);
  const unit = (HEIGHT - TOP - FOOT) / span;
  const zero = up + down === 0 ? HEIGHT / 2 : Math.round(Math.min(HEIGHT - FOOT - 4, TOP + up * unit));
  const start = GUTTER + (expired > 0 ? EXPIRED : 0);
  const pitch = Math.max(LEAST, Math.min(WIDEST, Math.floor((room - start) / Math.max(1, snapshots.length))));
  const bar = Math.min(28, Math.round((pitch * 0.6) / 2) * 2);
  const every = step(span);
  const lines = [];
  for (let rows = every; rows <= up; rows += every) lines.push({ y: Math.round(zero - rows * unit), rows });
  for (let rows = every; rows <= down; rows += every) lines.push({ y: Math.round(zero + rows * unit), rows: -rows });
  const bars = snapshots.map((snapshot, i): Bar => {
    const delta = deltas[i] ?? 0;
    const at = { id: snapshot.id, x: start + i * pitch + (pitch - bar) / 2, tone: toneOf(snapshot.kind), title: titleOf(snapshot) };
    if (delta === 0) return { ...at, y: zero - 4, height: 8 };
    const height = Math.max(3, Math.round(Math.abs(delta) * unit));
    return { ...at, y: delta > 0 ? zero - height : zero, height };
  });
  return { pitch, bar, width: start + snapshots.length * pitch, start, zero, lines: up + down === 0 ? [] : lines, bars };
}

/** labelled are the places below a time line that have room for a text of the given width, away from the handles. */
export function labelled(count: number, pitch: number, handles: readonly number[], room: number): number[] {
  const out: number[] = [];
  let free = -Infinity;
  for (let i = 0; i < count; i++) {
    const x = i * pitch;
    if (x < free || handles.some((at) => Math.abs(at - i) * pitch < room)) continue;
    out.push(i);
    free = x + room;
  }
  return out;
}

const HOUR = 3_600_000;
const HOURS = [1, 6, 24, 36, 7 * 24, 30 * 24, 90 * 24];

/** rangesOf are the spans back from now, in hours, that leave some of the snapshots out and keep two at least. */
export function rangesOf(snapshots: readonly SnapshotInfo[], now: number): number[] {
  const kept = (hours: number) => within(snapshots, hours, now).length;
  return HOURS.filter((hours, i) => kept(hours) >= 2 && kept(hours) < snapshots.length && kept(hours) !== kept(HOURS[i - 1] ?? 0));
}

/** within are the snapshots of the last hours; 0 is all. */
export function within(snapshots: readonly SnapshotInfo[], hours: number, now: number): readonly SnapshotInfo[] {
  return hours === 0 ? snapshots : snapshots.filter(({ at }) => Date.parse(at) >= now - hours * HOUR);
}

/** cut shortens a name to a width in pixels of 12 px text; a Chinese character takes two of the others. */
export function cut(name: string, width: number): string {
  let room = width / 6.6;
  for (const [i, char] of [...name].entries()) {
    room -= char > "\u2e80" ? 1.85 : 1;
    if (room < 0) return `${[...name].slice(0, Math.max(1, i - 1)).join("")}…`;
  }
  return name;
}

/** sides places the names of flags: right of their pole where there is room up to the next one, else left where nothing stands, else nowhere. */
export function sides(xs: readonly number[], least: number, width: number, room: number): ("right" | "left" | null)[] {
  let taken = least;
  return xs.map((x, i) => {
    const before = taken;
    taken = x + 9;
    if ((xs[i + 1] ?? width) - x >= room) {
      taken = x + room;
      return "right";
    }
    return x - before >= room ? "left" : null;
  });
}
