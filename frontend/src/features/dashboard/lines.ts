import type { TileSpec } from "../chart";

const columns = 12;
const gap = 12;

/** Below this width a kind of chart loses what it has to say: labels, the ranked list, whole columns. */
const least: Readonly<Record<string, number>> = { line: 300, combo: 320, donut: 280, pie: 280, heatmap: 400, cohort: 560, map: 480, list: 240, table: 360 };
const leastOf = (tile: TileSpec): number => least[tile.chart.kind] ?? 300;

/**
 * The columns that each tile takes, line by line. A row that fits is one line as its document says; one whose tiles would
 * be too narrow breaks, and every line is widened to the full width.
 */
export function linesOf(tiles: readonly TileSpec[], width: number): number[][] {
  const spans = tiles.map((tile) => tile.width ?? columns);
  const lines: number[][] = [];
  let used = 0;
  tiles.forEach((tile, i) => {
    const room = Math.min(leastOf(tile), width);
    const span = spans[i] ?? columns;
    const line = lines.at(-1);
    if (!line || (width > 0 && used + gap + room > width)) {
      lines.push([span]);
      used = room;
    } else {
      line.push(span);
      used += gap + room;
    }
  });
  return lines.length > 1 ? lines.map(widened) : [spans];
}

/** Spans in the same proportion that add up to twelve. */
function widened(spans: readonly number[]): number[] {
  const total = spans.reduce((sum, span) => sum + span, 0);
  const out = spans.map((span) => Math.max(1, Math.floor((span * columns) / total)));
  const first = out.indexOf(Math.max(...out));
  out[first] = (out[first] ?? 0) + columns - out.reduce((sum, span) => sum + span, 0);
  return out;
}
