import { rangeText } from "../features/chart/format";
import { fitText, textWidth } from "../features/chart/measure";
import { shapesToSVG, type Shape } from "../features/chart/shape";
import type { DashboardDocument, Env, Language, RowSpec, Text, ThemeName } from "../features/chart/spec";
import { toTime } from "../features/chart/table";
import { palette, type Palette } from "../features/chart/theme";
import { textIn, word } from "../features/chart/words";

/** What an export says about itself, besides the tiles. */
export interface SheetMeta {
  readonly theme: ThemeName;
  readonly language: Language;
  readonly params: Readonly<Record<string, string>>;
  readonly reads: readonly { readonly table: string; readonly snapshot: number }[];
  /** As it is to be printed; "" leaves it out. */
  readonly renderedAt: string;
  readonly command: string;
}

/** A tile's place on the sheet. */
export interface Place {
  readonly row: number;
  readonly tile: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The sheet without its tiles. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
  /** Background, cards, header and footer as SVG. */
  readonly frame: string;
}

export const gap = 12;
const margin = 24;
const sheetWidth = 1440;
const headerHeight = 52;
const columns = 12;
export const defaultRowHeight = 326;

/** Whether a row is a strip of numbers: one card with dividers. */
export const isStrip = (row: RowSpec): boolean => row.tiles.length > 0 && row.tiles.every((t) => t.chart.kind === "kpi");

/** Lays rows out on 12 columns, from top to bottom; the page uses it as well. */
export function placesOf(rows: readonly RowSpec[], left: number, top: number, width: number): Place[] {
  const places: Place[] = [];
  let y = top;
  rows.forEach((row, r) => {
    const height = row.height ?? defaultRowHeight;
    const strip = isStrip(row);
    const total = strip ? row.tiles.reduce((a, t) => a + (t.width ?? 1), 0) : columns;
    const space = strip ? 0 : gap;
    const unit = (width - (strip ? 0 : (columns - 1) * gap)) / total;
    let x = left;
    row.tiles.forEach((tile, t) => {
      const w = tile.width ?? (strip ? 1 : columns);
      const tileWidth = unit * w + space * (w - 1);
      places.push({ row: r, tile: t, x: Math.round(x * 100) / 100, y, width: Math.round(tileWidth * 100) / 100, height });
      x += tileWidth + space;
    });
    y += height + gap;
  });
  return places;
}

/** Lays the sheet out and draws everything but the tiles' insides. */
export function sheetOf(doc: DashboardDocument, meta: SheetMeta): Sheet {
  const p = palette(meta.theme);
  const width = sheetWidth - 2 * margin;
  const places = placesOf(doc.rows, margin, headerHeight, width);
  const bottom = Math.max(headerHeight, ...places.map((q) => q.y + q.height + gap));
  const footer = footerShapes(meta, bottom, p);
  const height = bottom + footer.height;
  const shapes: Shape[] = [
    { type: "rect", x: 0, y: 0, width: sheetWidth, height, fill: p.app },
    ...headerShapes(doc.title, meta, p),
    ...cards(doc.rows, places, width, p),
    ...footer.shapes,
  ];
  return { width: sheetWidth, height, places, frame: shapesToSVG(shapes) };
}

function cards(rows: readonly RowSpec[], places: readonly Place[], width: number, p: Palette): Shape[] {
  const card = (x: number, y: number, w: number, h: number): Shape => ({ type: "rect", x: x + 0.5, y: y + 0.5, width: w - 1, height: h - 1, radius: 8, fill: p.panel, stroke: p.border, strokeWidth: 1 });
  const out: Shape[] = [];
  for (const q of places) {
    const row = rows[q.row];
    if (!row || !isStrip(row)) {
      out.push(card(q.x, q.y, q.width, q.height));
    } else if (q.tile === 0) {
      out.push(card(margin, q.y, width, q.height));
    } else {
      out.push({ type: "rect", x: Math.round(q.x), y: q.y + 1, width: 1, height: q.height - 2, fill: p.border });
    }
  }
  return out;
}

/** Title, period and filters, and the main snapshot. */
function headerShapes(title: Text, meta: SheetMeta, p: Palette): Shape[] {
  const name = fitText(textIn(title, meta.language), 640, 20, 600);
  const x = margin + textWidth(name, 20, 600) + 16;
  return [
    { type: "text", x: margin, y: 33, text: name, size: 20, weight: 600, fill: p.text1, spacing: -0.01 },
    { type: "text", x, y: 33, text: fitText(filterText(meta), sheetWidth - margin - x, 13), size: 13, fill: p.text2 },
  ];
}

/** The filters that held, in words. */
export function filterText(meta: Pick<SheetMeta, "params" | "language">): string {
  const q = meta.params;
  const from = toTime(q["from"]);
  const to = toTime(q["to"]);
  const parts = from !== null && to !== null ? [rangeText(from, to, meta.language)] : [];
  const derived = ["from", "to", "previous_from", "previous_to", "data_from", "data_to"];
  for (const [k, v] of Object.entries(q)) if (!derived.includes(k) && v !== "") parts.push(`${k}: ${v}`);
  return parts.join(" · ");
}

/** Every table with its snapshot. */
export const readsText = (meta: Pick<SheetMeta, "reads" | "language">): string =>
  meta.reads.map((r) => `${r.table} ${r.snapshot > 0 ? `#${r.snapshot}` : word(meta.language, "noSnapshot")}`).join(" · ");

function footerShapes(meta: SheetMeta, y: number, p: Palette): { height: number; shapes: Shape[] } {
  const shapes: Shape[] = [];
  const rendered = meta.renderedAt === "" ? word(meta.language, "byLaketop") : word(meta.language, "rendered", { t: meta.renderedAt });
  const right = textWidth(rendered, 12);
  // The data may end before the period does.
  const end = [meta.params["to"], meta.params["data_to"]].filter((t) => t !== undefined && t !== "").sort()[0];
  const dataTo = end ? word(meta.language, "dataTo", { t: end }) : "";
  shapes.push({ type: "text", x: sheetWidth - margin, y: y + 12, text: rendered, size: 12, fill: p.text3, anchor: "end" });
  const room = sheetWidth - 2 * margin - right - 24 - textWidth(dataTo, 12) - 16;
  const lines = wrap(readsText(meta), room, " · ");
  lines.forEach((text, i) => shapes.push({ type: "text", x: margin, y: y + 12 + i * 18, text, size: 12, fill: p.text3, mono: true }));
  // After the tables where they are one line, else at the right, so the list goes on beneath itself.
  const after = lines.length > 1 ? sheetWidth - margin - right - 24 - textWidth(dataTo, 12) : margin + textWidth(lines[0] ?? "", 12, "mono") + (lines[0] ? 16 : 0);
  if (dataTo) shapes.push({ type: "text", x: after, y: y + 12, text: dataTo, size: 12, fill: p.text3 });
  let bottom = y + 12 + Math.max(1, lines.length) * 18;
  for (const text of wrap(meta.command, sheetWidth - 2 * margin)) {
    shapes.push({ type: "text", x: margin, y: bottom, text, size: 12, fill: p.text3, mono: true });
    bottom += 18;
  }
  return { height: bottom - y, shapes };
}

/** Breaks a line of code between its parts. */
function wrap(text: string, width: number, between = " "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(between)) {
    const longer = line === "" ? part : line + between + part;
    if (line !== "" && textWidth(longer, 12, "mono") > width) {
      lines.push(line);
      line = part;
    } else {
      line = longer;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Heading of a tile, as the page shows it in HTML. */
export function headingShapes(title: string, note: string, snapshot: string, legend: { width: number; shapes: readonly Shape[] } | undefined, env: Env): Shape[] {
  const p = palette(env.theme);
  const right = env.width - 16;
  const snapWidth = snapshot === "" ? 0 : textWidth(snapshot, 12, "mono") + 12;
  const legendX = right - snapWidth - (legend && snapWidth > 0 ? 12 : 0) - (legend?.width ?? 0);
  const room = legendX - 16 - 12;
  const name = fitText(title, room, 13, 600);
  const noteX = 16 + textWidth(name, 13, 600) + 8;
  const rest = room - (noteX - 16);
  const shapes: Shape[] = [{ type: "text", x: 16, y: 24, text: name, size: 13, weight: 600, fill: p.text1 }];
  if (note !== "" && rest > 32) shapes.push({ type: "text", x: noteX, y: 24, text: fitText(note, rest, 12), size: 12, fill: p.text3 });
  if (legend) shapes.push(...legend.shapes.map((s) => moved(s, legendX, 10)));
  if (snapshot !== "") {
    shapes.push({ type: "circle", x: right - snapWidth + 3, y: 20, r: 3, fill: p.ok }, { type: "text", x: right, y: 24, text: snapshot, size: 12, fill: p.text3, anchor: "end", mono: true });
  }
  return shapes;
}

/** A shape moved; legends are made of texts and boxes only. */
function moved(s: Shape, dx: number, dy: number): Shape {
  return s.type === "path" ? s : { ...s, x: s.x + dx, y: s.y + dy };
}
