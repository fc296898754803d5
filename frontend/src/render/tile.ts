import * as echarts from "echarts/core";
import { draw } from "../features/chart/draw";
import { message, type ChartPart, type Drawing } from "../features/chart/drawing";
import { provideMap } from "../features/chart/engine";
import { fitText } from "../features/chart/measure";
import { num, shapesToSVG, type Shape } from "../features/chart/shape";
import type { ChartTable, Env, TileSpec } from "../features/chart/spec";
import { echartsTheme, palette } from "../features/chart/theme";
import { textIn, word } from "../features/chart/words";
import { headingShapes } from "./sheet";

/** One dataset's answer. */
export interface TileResult {
  readonly table?: ChartTable;
  readonly reads?: readonly { readonly table: string; readonly snapshot: number }[];
  readonly problem?: string;
}

const headingHeight = 36;

/** A chart as the inside of an SVG group. `id` keeps its references apart from other charts'. */
export function chartSVG(part: ChartPart, env: Env, id: string): string {
  provideMap(part.map);
  const chart = echarts.init(null, echartsTheme(env.theme), { renderer: "svg", ssr: true, width: part.width, height: part.height });
  chart.setOption(part.option);
  // Not renderToSVGString: that adds hover styles, which pictures do not need.
  const painter = chart.getZr().painter as unknown as { renderToString(o: object): string };
  const svg = painter.renderToString({ cssAnimation: false, cssEmphasis: false, useViewBox: false });
  chart.dispose();
  const inner = svg
    .replace(/^<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<rect [^>]*fill="(?:none|transparent)"[^>]*><\/rect>/, "")
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, "")
    .replace(/zr\d+-/g, `${id}-`);
  return `<g transform="translate(${num(part.x)} ${num(part.y)})">${inner}</g>`;
}

/** Everything a drawing holds. */
export function drawingSVG(d: Drawing, env: Env, id: string): string {
  return d.charts.map((c, i) => chartSVG(c, env, `${id}c${i}`)).join("") + shapesToSVG(d.shapes);
}

/** A tile with its heading, at the origin; a tile that fails says so in its place. */
export function tileSVG(tile: TileSpec, result: TileResult, env: Env, id: string): string {
  const title = textIn(tile.title, env.language);
  if (tile.chart.kind === "kpi") return drawingSVG(drawn(tile, result, env, title), env, id);
  const body = { ...env, height: env.height - headingHeight };
  const d = drawn(tile, result, body, title);
  const heading = headingShapes(title, textIn(tile.note, env.language), snapshotText(result), d.legend, env);
  return `${shapesToSVG(heading)}<g transform="translate(0 ${headingHeight})">${drawingSVG(d, body, id)}</g>`;
}

/** "#412", or the lowest and how many more. */
export function snapshotText(result: TileResult): string {
  const ids = (result.reads ?? []).filter((r) => r.snapshot > 0).map((r) => r.snapshot);
  if (ids.length === 0) return "";
  return `#${ids[0]}${ids.length > 1 ? ` +${ids.length - 1}` : ""}`;
}

function drawn(tile: TileSpec, result: TileResult, env: Env, title: string): Drawing {
  if (result.problem !== undefined || !result.table) return failure(tile, title, result.problem ?? "", env);
  try {
    return draw(result.table, tile.chart, env, title);
  } catch (e) {
    return failure(tile, title, e instanceof Error ? e.message : String(e), env);
  }
}

/** Why there is no chart; a tile without a heading of its own is named, too. */
function failure(tile: TileSpec, title: string, why: string, env: Env): Drawing {
  const p = palette(env.theme);
  const d = message(word(env.language, "failed"), env);
  const shapes: Shape[] = [...d.shapes];
  if (why !== "") shapes.push({ type: "text", x: env.width / 2, y: env.height / 2 + 20, text: fitText(why, env.width - 32, 12), size: 12, fill: p.danger, anchor: "middle" });
  if (tile.chart.kind === "kpi") shapes.push({ type: "text", x: 16, y: 21, text: fitText(title, env.width - 32, 12, 500), size: 12, weight: 500, fill: p.text2 });
  return { ...d, summary: title, shapes };
}
