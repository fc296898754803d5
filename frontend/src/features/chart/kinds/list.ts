import type { Drawing } from "../drawing";
import { columnFormat } from "../format";
import { fitText, textWidth } from "../measure";
import type { Shape } from "../shape";
import type { ChartTable, Env, FormatName, ListSpec } from "../spec";
import { totals } from "../table";
import { palette } from "../theme";
import { textIn, word } from "../words";

export interface RankedList {
  readonly rows: readonly { readonly name: string; readonly value: number; readonly ref?: string }[];
  /** Names that have no value, counted in the last line. */
  readonly without: number;
  readonly limit: number;
  readonly title: string;
  readonly measure: string;
  readonly format: FormatName;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly env: Env;
}

/** Rows of name, bar and number; the last line sums the rest, so the list adds up. */
export function rankedList(l: RankedList): Shape[] {
  const p = palette(l.env.theme);
  const space = Math.floor((l.height - 22) / 24);
  const all = Math.min(l.rows.length, l.limit);
  const cut = l.rows.length > Math.min(all, space) || l.without > 0;
  const shown = l.rows.slice(0, Math.max(1, Math.min(all, cut ? space - 1 : space)));
  const write = columnFormat(l.rows.map((r) => r.value), l.format, l.env.language);
  const most = Math.max(1e-9, ...l.rows.map((r) => r.value));
  const numberWidth = Math.max(28, ...shown.map((r) => textWidth(write(r.value), 12)));
  const nameWidth = Math.min(l.width * 0.42, Math.max(40, ...shown.map((r) => textWidth(r.name, 12))));
  const barX = l.x + nameWidth + 8;
  const barMost = Math.max(0, l.width - nameWidth - numberWidth - 24);
  const right = l.x + l.width;
  const out: Shape[] = [
    { type: "text", x: l.x, y: l.y + 14, text: l.title, size: 12, fill: p.text3 },
    { type: "text", x: right, y: l.y + 14, text: l.measure, size: 12, fill: p.text3, anchor: "end" },
  ];
  const color = p.ramps.blue[p.name === "dark" ? 3 : 4] ?? p.accent;
  shown.forEach((r, i) => {
    const y = l.y + 20 + i * 24;
    const ref = r.ref === undefined ? {} : { ref: r.ref };
    out.push(
      { type: "text", x: l.x, y: y + 16, text: fitText(r.name, nameWidth, 12), size: 12, fill: p.text1, tip: r.name, ...ref },
      { type: "rect", x: barX, y: y + 8, width: Math.max(1, (barMost * Math.max(0, r.value)) / most), height: 8, radius: 2, fill: color, ...ref },
      { type: "text", x: right, y: y + 16, text: write(r.value), size: 12, fill: p.text1, anchor: "end", ...ref },
    );
  });
  const rest = l.rows.slice(shown.length);
  if (rest.length === 0 && l.without === 0) return out;
  const y = l.y + 24 + shown.length * 24;
  const args = { n: rest.length, m: l.without };
  const text = rest.length === 0 ? word(l.env.language, "without", args) : word(l.env.language, l.without > 0 ? "moreWithout" : "more", args);
  out.push({ type: "rect", x: l.x, y: y - 1, width: l.width, height: 1, fill: p.border }, { type: "text", x: l.x, y: y + 16, text, size: 12, fill: p.text3 });
  if (rest.length > 0) out.push({ type: "text", x: right, y: y + 16, text: write(rest.reduce((a, r) => a + r.value, 0)), size: 12, fill: p.text3, anchor: "end" });
  return out;
}

/** A ranked list on a tile of its own. */
export function list(table: ChartTable, spec: ListSpec, env: Env): Drawing {
  const rows = totals(table, spec.name, spec.value)
    .map(({ name, value }) => ({ name: name === null || name === "" ? word(env.language, "unknown") : name, value }))
    .sort((a, b) => b.value - a.value);
  const shapes = rankedList({
    rows, without: 0, limit: spec.limit ?? 20, title: spec.name, measure: textIn(spec.title, env.language) || spec.value,
    format: spec.format ?? "count", x: 16, y: 0, width: env.width - 32, height: env.height - 8, env,
  });
  return { width: env.width, height: env.height, charts: [], shapes };
}
