import { BarChart, HeatmapChart, LineChart, MapChart, PieChart } from "echarts/charts";
import { AxisPointerComponent, GeoComponent, GridComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import { getMap, registerMap, setPlatformAPI, use as install } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { mapPack } from "./maps";
import { measureText } from "./measure";

/** The parts of ECharts that pictures need; a renderer comes from the caller. */
export function prepareECharts(): void {
  install([BarChart, HeatmapChart, LineChart, MapChart, PieChart, GridComponent, GeoComponent, AxisPointerComponent, MarkLineComponent, MarkAreaComponent, LabelLayout]);
  setPlatformAPI({ measureText });
}

/** Hands a registered map to ECharts, which keeps it. */
export function provideMap(name: string | undefined): void {
  if (name === undefined || getMap(name)) return;
  const pack = mapPack(name);
  if (pack) registerMap(name, pack.geo as never);
}
