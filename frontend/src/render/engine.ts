import { BarChart, HeatmapChart, LineChart, MapChart, PieChart } from "echarts/charts";
import { AxisPointerComponent, GeoComponent, GridComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import { setPlatformAPI, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { measureText } from "../features/chart/measure";

/** The parts of ECharts that pictures need; a renderer comes from the caller. */
export function prepareECharts(): void {
  use([BarChart, HeatmapChart, LineChart, MapChart, PieChart, GridComponent, GeoComponent, AxisPointerComponent, MarkLineComponent, MarkAreaComponent, LabelLayout]);
  setPlatformAPI({ measureText });
}
