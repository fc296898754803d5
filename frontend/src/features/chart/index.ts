export { ChartView } from "./ChartView";
export { Legend } from "./Legend";
export { suggest, suggestions, type Suggestion } from "./suggest";
export { textIn } from "./words";
export { dateText, dayText, rangeText } from "./format";
export { toTime } from "./table";
export { useSize } from "./useSize";
export { chartKinds } from "./spec";
export type { ChartKind, ChartSpec, ChartTable, DashboardDocument, FilterSpec, RowSpec, Text, TileSpec } from "./spec";
