import type { Drawing, Option } from "../drawing";
import { columnFormat, format, named } from "../format";
import { textWidth } from "../measure";
import type { ChartTable, Env, HeatmapSpec } from "../spec";
import { column, isTime, numbers, toTime } from "../table";
import { fontUI, inkOn, onRamp, palette } from "../theme";
import { dayText } from "../format";

/** A grid of cells; the value is written where the cell has room for it. */
export function heatmap(table: ChartTable, spec: HeatmapSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const ramp = p.ramps[spec.ramp ?? "blue"];
  const xs = labels(table, spec.x, env);
  const ys = labels(table, spec.y, env);
  const values = numbers(table, spec.value);
  const known = values.filter((v): v is number => v !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const write = columnFormat(known, spec.format ?? "count", env.language);
  const xNames = [...new Set(xs)];
  const yNames = [...new Set(ys)];
  const left = 24 + Math.min(160, Math.max(0, ...yNames.map((n) => textWidth(n, 12))));
  const cell = { width: (env.width - left - 16) / Math.max(1, xNames.length), height: (env.height - 44) / Math.max(1, yNames.length) };
  const roomy = cell.height >= 16 && cell.width >= Math.max(0, ...known.map((v) => textWidth(write(v), 12))) + 8;
  const data = values.flatMap((v, i) => {
    if (v === null) return [];
    const fill = onRamp(ramp, high > low ? (v - low) / (high - low) : 0.5);
    return [{ value: [xNames.indexOf(xs[i] ?? ""), yNames.indexOf(ys[i] ?? ""), v], itemStyle: { color: fill }, label: { color: inkOn(fill) } }];
  });
  const option: Option = {
    animation: false,
    grid: { left, right: 16, top: 8, bottom: 32, outerBoundsMode: "none" },
    xAxis: { type: "category", data: xNames, axisLine: { show: false } },
    yAxis: { type: "category", inverse: true, data: yNames, axisLine: { show: false }, axisLabel: { width: Math.ceil(left - 20), overflow: "truncate" } },
    series: [{
      type: "heatmap", data,
      label: { show: roomy, fontSize: 12, fontFamily: fontUI, formatter: named(`cell ${spec.format ?? "count"} ${high} ${env.language}`, (q: { value: number[] }) => write(q.value[2] ?? 0)) },
    }],
  };
  return {
    width: env.width, height: env.height, shapes: [],
    charts: [{ x: 0, y: 0, width: env.width, height: env.height, option, hover: { trigger: "item", axis: "text", series: [{ name: spec.value, format: spec.format ?? "count" }] } }],
  };
}

function labels(table: ChartTable, name: string, env: Env): string[] {
  const c = column(table, name);
  const time = isTime(c) && c.kind === "date";
  return c.values.map((v) => (time ? dayText(toTime(v) ?? 0, env.language) : format("text", v, env.language)));
}
