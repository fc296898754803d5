import { fitText, textWidth } from "../measure";
import type { Shape } from "../shape";
import type { Env } from "../spec";
import { palette } from "../theme";

/** The distance between two labels' middles. */
export const labelStep = 16;

/** A series by name and colour, and where it ends. */
export interface EndLabel {
  readonly name: string;
  readonly value: string;
  readonly color: string;
  /** The height that the label belongs to; it is moved as little as others need. */
  readonly y: number;
}

/** How wide swatch, name and value stand side by side. */
export const endLabelWidth = (name: string, value: string): number => 20 + textWidth(name, 12, 600) + textWidth(value, 12);

/** How many labels stand between two heights. */
export const roomFor = (top: number, bottom: number): number => Math.max(0, Math.floor((bottom - top) / labelStep) + 1);

/** Heights `labelStep` apart between top and bottom, near those wanted and in their order. There must be roomFor all. */
export function spread(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const out = [...wanted];
  let least = top;
  for (const i of order) {
    out[i] = Math.max(out[i] ?? 0, least);
    least = (out[i] ?? 0) + labelStep;
  }
  let most = bottom;
  for (const i of order.reverse()) {
    out[i] = Math.min(out[i] ?? 0, most);
    most = (out[i] ?? 0) - labelStep;
  }
  return out;
}

/** Names and values right of a plot, each at the height of its series, none over another. */
export function endLabels(labels: readonly EndLabel[], box: { readonly x: number; readonly width: number; readonly top: number; readonly bottom: number }, env: Env): Shape[] {
  const p = palette(env.theme);
  const heights = spread(labels.map((l) => l.y), box.top, box.bottom);
  return labels.flatMap((l, i): Shape[] => {
    const y = heights[i] ?? l.y;
    const name = fitText(l.name, box.width - endLabelWidth("", l.value), 12, 600);
    const tip = name === l.name ? {} : { tip: l.name };
    return [
      { type: "rect", x: box.x, y: y - 4, width: 8, height: 8, radius: 2, fill: l.color },
      { type: "text", x: box.x + 14, y: y + 4, text: name, size: 12, weight: 600, fill: p.text1, ...tip },
      { type: "text", x: box.x + 20 + textWidth(name, 12, 600), y: y + 4, text: l.value, size: 12, fill: p.text2 },
    ];
  });
}

/** Swatches in a row above a plot; those without room are counted, and named by the count's tip. */
export function legendRow(series: readonly { readonly name: string; readonly color: string }[], env: Env): Shape[] {
  const p = palette(env.theme);
  const out: Shape[] = [];
  let x = 16;
  for (const [i, { name, color }] of series.entries()) {
    const rest = series.slice(i);
    const more = `+${rest.length}`;
    const text = fitText(name, env.width - 32 - 14, 12);
    const end = x + 14 + textWidth(text, 12);
    const keep = rest.length > 1 ? 16 + textWidth(more, 12) : 0;
    if (i > 0 && end + keep > env.width - 16) {
      out.push({ type: "text", x, y: 16, text: more, size: 12, fill: p.text2, tip: rest.map((s) => s.name).join("\n") });
      break;
    }
    out.push({ type: "rect", x, y: 8, width: 8, height: 8, radius: 2, fill: color }, { type: "text", x: x + 14, y: 16, text, size: 12, fill: p.text2 });
    x = end + 16;
  }
  return out;
}
