import type { SnapshotInfo } from "../../api/types";

export interface Bar {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly tone: "append" | "overwrite" | "compact";
  readonly title: string;
}

export const PITCH = 34;
export const BAR = 20;
export const HEIGHT = 136;
/** Room for the numbers of the scale. */
export const GUTTER = 48;
const BASE = 72;
export const UP = 56;
export const DOWN = 36;
export const ZERO = BASE;

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

/** most is the greatest change, which reaches from zero to the top of the scale. */
export function most(snapshots: readonly SnapshotInfo[]): number {
  return Math.max(1, ...snapshots.map((snapshot) => Math.abs(snapshot.deltaRows ?? 0)));
}

/** bars places one bar a snapshot, oldest left: above zero rows came, below they went; a compaction changes none. */
export function bars(snapshots: readonly SnapshotInfo[]): Bar[] {
  const ordered = [...snapshots].sort((a, b) => a.id - b.id);
  const top = most(ordered);
  return ordered.map((snapshot, i) => {
    const delta = snapshot.deltaRows ?? 0;
    const x = GUTTER + i * PITCH + (PITCH - BAR) / 2;
    const title = `#${snapshot.id} ${snapshot.kind} ${delta > 0 ? "+" : ""}${delta}`;
    if (delta === 0) return { id: snapshot.id, x, y: BASE - 4, height: 8, tone: toneOf(snapshot.kind), title };
    const height = Math.max(2, Math.round((Math.abs(delta) / top) * (delta > 0 ? UP : DOWN)));
    return { id: snapshot.id, x, y: delta > 0 ? BASE - height : BASE, height, tone: toneOf(snapshot.kind), title };
  });
}
