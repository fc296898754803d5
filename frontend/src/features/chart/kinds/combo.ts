import { niceScale, scaleWidth, type Scale } from "../axis";
import type { Drawing, Option } from "../drawing";
import { axisFormatter } from "../format";
import { fitText } from "../measure";
import type { ChartTable, ComboSpec, Env, PaneSpec } from "../spec";
import { column, isTime, seriesOf, toTime, type Series } from "../table";
import { barColor, palette, seriesColor } from "../theme";
import { textIn } from "../words";
import { barTimeAxis } from "./bar";
import { axisKind } from "./line";

/**
 * Two measures of different units: two grids, one over the other, with one
 * axis. Never two y axes: their crossing would mean nothing.
 */
export function combo(table: ChartTable, spec: ComboSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const panes = [spec.upper, spec.lower].map((pane) => ({ pane, series: seriesOf(table, spec.x, [pane], undefined)[0] as Series }));
  const time = isTime(column(table, spec.x));
  const scales = panes.map(({ series }, i) => niceScale(series.points.map((q) => q.y), i === 0 ? 3 : 2));
  const formatters = panes.map(({ pane }, i) => axisFormatter(pane.format ?? "count", scales[i]?.max ?? 1, env.language));
  const left = 16 + 8 + Math.max(...scales.map((s, i) => scaleWidth(s, formatters[i] as (v: number) => string)));
  const free = env.height - 28 - 44 - 28;
  const upperHeight = Math.round(free * 0.64);
  const grids = [
    { left, right: 16, top: 28, height: upperHeight, outerBoundsMode: "none" as const },
    { left, right: 16, top: 28 + upperHeight + 44, bottom: 28, outerBoundsMode: "none" as const },
  ];
  const axis = time ? barTimeAxis(panes.map((q) => q.series), env.width - left - 16, env) : { type: "category", data: panes[0]?.series.points.map((q) => String(q.x ?? "")) };
  const option: Option = {
    animation: false,
    useUTC: true,
    grid: grids,
    xAxis: [{ ...axis, gridIndex: 0, axisLabel: { show: false } }, { ...axis, gridIndex: 1 }],
    yAxis: scales.map((s: Scale, i) => ({ type: "value", gridIndex: i, ...s, axisLabel: { formatter: formatters[i] } })),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    series: panes.map(({ pane, series }, i) => paneSeries(pane, series, i, time, env)),
  };
  const captions = panes.map(({ pane }, i) => ({
    type: "text" as const, x: 16, y: i === 0 ? 14 : 28 + upperHeight + 32, size: 12, weight: 500 as const, fill: p.text2,
    text: fitText(textIn(pane.title, env.language) || pane.column, env.width - 32, 12, 500),
  }));
  return {
    width: env.width, height: env.height, shapes: captions,
    charts: [{
      x: 0, y: 0, width: env.width, height: env.height, option,
      hover: { trigger: "axis", axis: time ? axisKind(panes.map((q) => q.series)) : "text", series: panes.map(({ pane }, i) => ({ name: textIn(pane.title, env.language) || pane.column, format: pane.format ?? "count", color: colorOf(pane, i, env) })) },
    }],
  };
}

const colorOf = (pane: PaneSpec, i: number, env: Env): string => {
  const p = palette(env.theme);
  return (pane.mark ?? (i === 0 ? "bar" : "line")) === "bar" ? barColor(p, pane.color, i) : seriesColor(p, pane.color, i);
};

function paneSeries(pane: PaneSpec, s: Series, i: number, time: boolean, env: Env): Option {
  const mark = pane.mark ?? (i === 0 ? "bar" : "line");
  const data = s.points.map((q) => [time ? toTime(q.x) : String(q.x ?? ""), q.y]);
  const common = { type: mark, name: textIn(pane.title, env.language) || pane.column, xAxisIndex: i, yAxisIndex: i, data, color: colorOf(pane, i, env) };
  return mark === "bar"
    ? { ...common, barCategoryGap: "22%", itemStyle: { borderRadius: [1, 1, 0, 0] } }
    : { ...common, connectNulls: false, lineStyle: { width: 1.5 }, areaStyle: { opacity: env.theme === "dark" ? 0.1 : 0.06 } };
}
