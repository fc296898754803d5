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
const LEAST = 24;
const WIDEST = 160;

export const FILL: Record<Bar["tone"], string> = { append: "var(--c1)", overwrite: "var(--c2)", compact: "var(--c-other)" };

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

/** layout places one bar a snapshot, oldest left: above zero rows came, below they went; what changed none is a short bar across it. */
export function layout(snapshots: readonly SnapshotInfo[], room: number, titleOf: (snapshot: SnapshotInfo) => string = ({ id }) => `#${id}`): Layout {
  const deltas = snapshots.map((snapshot) => snapshot.deltaRows ?? 0);
  const [up, down] = [Math.max(0, ...deltas), Math.max(0, ...deltas.map((delta) => -delta))];
  const span = Math.max(1, up + down);
  const unit = (HEIGHT - TOP - FOOT) / span;
  const zero = up + down === 0 ? HEIGHT / 2 : Math.round(Math.min(HEIGHT - FOOT - 4, TOP + up * unit));
  const pitch = Math.max(LEAST, Math.min(WIDEST, Math.floor((room - GUTTER) / Math.max(1, snapshots.length))));
  const bar = Math.min(28, Math.round((pitch * 0.6) / 2) * 2);
  const every = step(span);
  const lines = [];
  for (let rows = every; rows <= up; rows += every) lines.push({ y: Math.round(zero - rows * unit), rows });
  for (let rows = every; rows <= down; rows += every) lines.push({ y: Math.round(zero + rows * unit), rows: -rows });
  const bars = snapshots.map((snapshot, i): Bar => {
    const delta = deltas[i] ?? 0;
    const at = { id: snapshot.id, x: GUTTER + i * pitch + (pitch - bar) / 2, tone: toneOf(snapshot.kind), title: titleOf(snapshot) };
    if (delta === 0) return { ...at, y: zero - 4, height: 8 };
    const height = Math.max(3, Math.round(Math.abs(delta) * unit));
    return { ...at, y: delta > 0 ? zero - height : zero, height };
  });
  return { pitch, bar, width: GUTTER + snapshots.length * pitch, zero, lines: up + down === 0 ? [] : lines, bars };
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
