/**
 * The bundle that the binary runs (frontend/dist/chart.js): the same functions
 * that the page draws with, and the layout of an exported sheet. No DOM, no
 * network, no clock, no timers. Arguments and answers are JSON or SVG text.
 */
import { SVGRenderer } from "echarts/renderers";
import { use as install } from "echarts/core";
import { draw } from "../features/chart/draw";
import { textWidth } from "../features/chart/measure";
import { registerMap, type GeoJSON } from "../features/chart/maps";
import { chartKinds, formatNames, type ChartSpec, type ChartTable, type DashboardDocument, type Env, type TileSpec } from "../features/chart/spec";
import { palette } from "../features/chart/theme";
import { prepareECharts } from "../features/chart/engine";
import { comparable } from "./comparable";
import { sheetOf, type SheetMeta } from "./sheet";
import { drawingSVG, tileSVG, type TileResult } from "./tile";

prepareECharts();
install([SVGRenderer]);

const api = {
  registerMap: (name: string, geo: string): void => registerMap(name, JSON.parse(geo) as GeoJSON),
  /** Places of the tiles and the frame around them. */
  sheet: (doc: string, meta: string): string => JSON.stringify(sheetOf(JSON.parse(doc) as DashboardDocument, JSON.parse(meta) as SheetMeta)),
  /** The inside of one tile as SVG. */
  tile: (tile: string, result: string, env: string, id: string): string =>
    tileSVG(JSON.parse(tile) as TileSpec, JSON.parse(result) as TileResult, JSON.parse(env) as Env, id),
  /** One chart alone, on its panel. */
  chart: (spec: string, table: string, env: string): string => {
    const e = JSON.parse(env) as Env;
    const d = draw(JSON.parse(table) as ChartTable, JSON.parse(spec) as ChartSpec, e);
    return `<rect width="${e.width}" height="${e.height}" fill="${palette(e.theme).panel}"/>` + drawingSVG(d, e, "x");
  },
  /** The drawing itself, functions replaced by their names. */
  drawing: (spec: string, table: string, env: string): string =>
    JSON.stringify(comparable(draw(JSON.parse(table) as ChartTable, JSON.parse(spec) as ChartSpec, JSON.parse(env) as Env))),
  /** The width that the layout counts with, to be held against the fonts. */
  width: (text: string, size: string, face: string): string => String(textWidth(text, Number(size), face === "mono" ? "mono" : (Number(face) as 400 | 500 | 600))),
  kinds: (): string => JSON.stringify({ kinds: chartKinds, formats: formatNames }),
};

export type RenderAPI = typeof api;

(globalThis as unknown as { laketop: RenderAPI }).laketop = api;
