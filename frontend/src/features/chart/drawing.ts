import type { EChartsCoreOption } from "echarts/core";
import type { Shape } from "./shape";
import type { Env, FormatName } from "./spec";
import { palette } from "./theme";

/** An ECharts option; functions in it carry a formatName (format.ts). */
export type Option = EChartsCoreOption;

/** A chart at its place in a tile. */
export interface ChartPart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly option: Option;
  /** What the page's tooltip says about it. */
  readonly hover: Hover;
  /** A map that ECharts must be given first. */
  readonly map?: string;
}

export interface Hover {
  readonly trigger: "axis" | "item";
  /** How the place on the axis is written. */
  readonly axis: FormatName;
  readonly series: readonly { readonly name: string; readonly format: FormatName | undefined; readonly color?: string }[];
  /** Display names of data items, where they differ from the option's. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A whole tile's picture: charts, and marks over them. Coordinates start at the tile's body. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly charts: readonly ChartPart[];
  readonly shapes: readonly Shape[];
  /** A scale for the tile's heading, 20 high, set at its right end. */
  readonly legend?: { readonly width: number; readonly shapes: readonly Shape[] };
  /** What a screen reader says. */
  readonly summary?: string;
}

/** A tile that has one sentence to show. */
export function message(text: string, env: Env): Drawing {
  const p = palette(env.theme);
  return {
    width: env.width, height: env.height, charts: [], summary: text,
    shapes: [{ type: "text", x: env.width / 2, y: env.height / 2, text, size: 13, fill: p.text3, anchor: "middle" }],
  };
}
