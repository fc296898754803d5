import { advances } from "./metrics.gen";

/** Weights of the embedded faces, and the code face. */
export type Face = 400 | 500 | 600 | "mono";

const wide = /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹯＀-｠￠-￦]/;

/**
 * How wide a text is, from the advance widths of the embedded fonts. Both the
 * page and the binary use it, so that a layout does not depend on the machine.
 */
export function textWidth(text: string, size: number, face: Face = 400): number {
  const table = advances[String(face)] ?? {};
  let sum = 0;
  for (const ch of text) sum += table[ch] ?? (wide.test(ch) || ch.length > 1 ? 1000 : 600);
  return (sum * size) / 1000;
}

/** Cuts a text to a width, with an ellipsis. */
export function fitText(text: string, width: number, size: number, face: Face = 400): string {
  if (textWidth(text, size, face) <= width) return text;
  const room = width - textWidth("…", size, face);
  let out = "";
  for (const ch of text) {
    if (textWidth(out + ch, size, face) > room) break;
    out += ch;
  }
  return out.trimEnd() + "…";
}

const cssFont = /(?:(\d{3}|bold|normal)\s+)?([\d.]+)px/;

/** What ECharts asks: a text in a CSS font such as "600 12px Inter, …". */
export function measureText(text: string, font?: string): { width: number } {
  const m = cssFont.exec(font ?? "");
  const weight = m?.[1] === "bold" ? 600 : Number(m?.[1] ?? 400) || 400;
  const face: Face = /^[^,]*mono/i.test(font ?? "") ? "mono" : weight >= 600 ? 600 : weight >= 500 ? 500 : 400;
  return { width: textWidth(text, Number(m?.[2] ?? 12), face) };
}
