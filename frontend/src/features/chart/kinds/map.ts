import { message, type Drawing, type Option } from "../drawing";
import { axisNumber, compact, format } from "../format";
import { mapPack, regionOf, type MapPack, type Region } from "../maps";
import { fitText, textWidth } from "../measure";
import type { Shape } from "../shape";
import type { ChartTable, Env, MapSpec } from "../spec";
import { numbers, texts } from "../table";
import { palette, type Palette } from "../theme";
import { textIn, word } from "../words";
import { rankedList } from "./list";

/** The list takes two fifths of a wide tile, within limits. */
const listWidthIn = (width: number): number => Math.round(Math.max(232, Math.min(400, width * 0.4)));

/** Values by region after matching names. */
interface Matched {
  readonly known: readonly { readonly region: Region; readonly value: number }[];
  readonly without: readonly Region[];
  readonly unmatched: number;
  readonly unmatchedSum: number;
}

/** A choropleth in quantiles, with a ranked list that adds up. */
export function map(table: ChartTable, spec: MapSpec, env: Env): Drawing {
  const name = spec.map ?? "china";
  const pack = mapPack(name);
  if (!pack) return message(word(env.language, "noMap", { n: name }), env);
  const p = palette(env.theme);
  const m = match(table, spec, pack);
  const withList = (spec.list ?? 10) > 0 && env.width >= 440;
  const listWidth = listWidthIn(env.width);
  const width = env.width - (withList ? listWidth : 16);
  const height = env.height - 20;
  const classes = quantiles(m.known.map((k) => k.value), p.ramps.blue, spec.scale ?? "quantile");
  const label = (r: Region): string => (env.language === "zh-CN" ? r.name : r.en || r.name);
  const option: Option = {
    animation: false,
    series: [{
      type: "map", map: name, roam: false,
      layoutCenter: ["50%", "48%"], layoutSize: Math.round(Math.min(width * 0.94, height * 1.28)), aspectScale: 0.82,
      data: [
        ...m.known.map(({ region, value }) => ({ name: region.name, value, itemStyle: { areaColor: classes.color(value) } })),
        ...m.without.map((r) => ({ name: r.name, itemStyle: { areaColor: p.name === "dark" ? p.panel : p.app, decal: hatch(p.control), borderColor: p.control, borderWidth: 0.6 } })),
        // ECharts adds the South China Sea inset to a map called china; without a fill of its own it would vanish.
        ...(name === "china" ? [{ name: "南海诸岛", itemStyle: { areaColor: p.control, borderColor: p.control, borderWidth: 0.75 }, label: { show: false } }] : []),
      ],
      itemStyle: { areaColor: "transparent", borderColor: p.region, borderWidth: 0.5 },
      label: { show: false },
      emphasis: { label: { show: false } },
      selectedMode: false,
    }],
  };
  const shapes = [...legend(classes, p, env, m.without.length > 0), ...(withList ? list(m, spec, env, label) : chip(m, spec, env, { x: 16, y: env.height - (m.without.length > 0 ? 66 : 45), width: width - 16 }))];
  return {
    width: env.width, height: env.height, shapes,
    charts: [{
      x: 0, y: 0, width, height, option, map: name,
      hover: {
        trigger: "item", axis: "text", series: [{ name: textIn(spec.title, env.language) || spec.value, format: spec.format ?? "count" }],
        names: Object.fromEntries(pack.regions.map((r) => [r.name, label(r)])),
      },
    }],
  };
}

function match(table: ChartTable, spec: MapSpec, pack: MapPack): Matched {
  const values = numbers(table, spec.value);
  const sums = new Map<Region, number>();
  const strange = new Set<string>();
  let unmatchedSum = 0;
  texts(table, spec.region).forEach((raw, i) => {
    const region = regionOf(pack, raw ?? "");
    const v = values[i] ?? null;
    if (region) {
      if (v !== null) sums.set(region, (sums.get(region) ?? 0) + v);
      return;
    }
    strange.add(raw ?? "");
    unmatchedSum += v ?? 0;
  });
  const known = [...sums].map(([region, value]) => ({ region, value })).sort((a, b) => b.value - a.value || a.region.adcode.localeCompare(b.region.adcode));
  return { known, without: pack.regions.filter((r) => !sums.has(r)), unmatched: strange.size, unmatchedSum };
}

interface Classes {
  readonly breaks: readonly number[];
  readonly ramp: readonly string[];
  readonly color: (v: number) => string;
}

/** Seven classes of equal count, or of equal ratio. */
export function quantiles(values: readonly number[], ramp: readonly string[], scale: "quantile" | "log"): Classes {
  const sorted = [...values].sort((a, b) => a - b);
  const n = ramp.length;
  const low = Math.max(1e-9, sorted.find((v) => v > 0) ?? 1);
  const high = Math.max(low, sorted[sorted.length - 1] ?? 1);
  const breaks = Array.from({ length: n - 1 }, (_, i) =>
    scale === "log" ? low * (high / low) ** ((i + 1) / n) : (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * (i + 1)) / n))] ?? 0));
  return {
    breaks, ramp,
    color: (v) => {
      let k = 0;
      while (k < n - 1 && v >= (breaks[k] ?? Infinity)) k++;
      return ramp[k] ?? "#000000";
    },
  };
}

const hatch = (color: string): object => ({ symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [1, 4], rotation: -Math.PI / 4, color });

/** Seven steps at the lower left, every second break written. */
function legend(c: Classes, p: Palette, env: Env, hasWithout: boolean): Shape[] {
  const step = 26;
  const y = env.height - 30;
  const out: Shape[] = c.ramp.map((fill, i) => ({ type: "rect", x: 16 + i * step, y, width: step, height: 8, fill }));
  out.push({ type: "rect", x: 16.5, y: y + 0.5, width: step - 1, height: 7, stroke: p.name === "dark" ? p.border : (p.ramps.blue[1] ?? p.border), strokeWidth: 1 });
  c.breaks.forEach((b, i) => {
    if (i % 2 === 0) out.push({ type: "text", x: 16 + (i + 1) * step, y: y + 21, text: axisNumber(rounded(b), env.language), size: 12, fill: p.text3, anchor: "middle" });
  });
  if (hasWithout) {
    out.push(
      { type: "hatch", x: 16, y: y - 21, width: 16, height: 10, color: p.control },
      { type: "rect", x: 16.5, y: y - 20.5, width: 15, height: 9, radius: 1, stroke: p.control, strokeWidth: 1 },
      { type: "text", x: 38, y: y - 12, text: word(env.language, "noData"), size: 12, fill: p.text3 },
    );
  }
  return out;
}

/** Two significant digits are enough for a legend. */
function rounded(v: number): number {
  if (v === 0) return 0;
  const power = 10 ** (Math.floor(Math.log10(Math.abs(v))) - 1);
  return Math.round(v / power) * power;
}

function list(m: Matched, spec: MapSpec, env: Env, label: (r: Region) => string): Shape[] {
  const listWidth = listWidthIn(env.width);
  const x = env.width - listWidth + 4;
  const strange = chip(m, spec, env, { x, y: env.height - 12, width: listWidth - 20 });
  return [
    ...rankedList({
      rows: m.known.map((k) => ({ name: label(k.region), value: k.value, ref: k.region.name })),
      without: m.without.length, limit: spec.list ?? 10,
      title: word(env.language, "region"), measure: textIn(spec.title, env.language) || spec.value, format: spec.format ?? "count",
      x, y: 0, width: listWidth - 20, height: env.height - 8 - (strange.length > 0 ? 22 : 0), env,
    }),
    ...strange,
  ];
}

/** The amber chip that counts names that are not on the map. */
function chip(m: Matched, spec: MapSpec, env: Env, { x, y, width }: { readonly x: number; readonly y: number; readonly width: number }): Shape[] {
  if (m.unmatched === 0) return [];
  const p = palette(env.theme);
  const v = spec.format === "cny" ? format("cny", m.unmatchedSum, env.language) : compact(m.unmatchedSum, env.language);
  const text = word(env.language, m.unmatched === 1 ? "unmatchedOne" : "unmatched", { n: m.unmatched, v, m: textIn(spec.title, env.language) || spec.value });
  const shown = fitText(text, width - 16, 12);
  return [
    { type: "rect", x, y: y - 14, width: Math.ceil(textWidth(shown, 12)) + 16, height: 20, radius: 4, fill: p.staleSoft, tip: text },
    { type: "text", x: x + 8, y, text: shown, size: 12, fill: p.stale, tip: text },
  ];
}
