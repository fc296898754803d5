/**
 * What a chart is, as it stands in a dashboard's YAML file, in a notebook
 * cell's metadata and in an export. Data only: formatters and colours are
 * chosen by name, never written as code.
 *
 * app/dashboard (Go) checks the same shape before a query runs.
 */

/** A word for every language, or one for each. */
export type Text = string | { readonly en?: string; readonly "zh-CN"?: string };

/** Formatters, by name (format.ts). */
export const formatNames = ["count", "integer", "number", "cny", "ratio", "percent", "date", "hour", "text"] as const;
export type FormatName = (typeof formatNames)[number];

/** Series colours and ramps of the theme, by name (theme.ts). */
export type ColorName = "c1" | "c2" | "c3" | "c4" | "c5" | "c6" | "accent";
export type RampName = "blue" | "amber" | "teal";

/** One column as it is drawn. */
export interface Measure {
  readonly column: string;
  readonly title?: Text;
  readonly format?: FormatName;
  readonly color?: ColorName;
}

/** A column name stands for a measure without further wishes. */
export type MeasureSpec = string | Measure;

/** A dated event, drawn as a dashed line with words. */
export interface Mark {
  readonly at: string;
  readonly label: Text;
}

export interface LineSpec {
  readonly kind: "line" | "area";
  readonly x: string;
  readonly y: readonly MeasureSpec[] | MeasureSpec;
  /** Column whose values make one line each (then y is one measure). */
  readonly series?: string;
  readonly format?: FormatName;
  readonly marks?: readonly Mark[];
}

export interface BarSpec {
  readonly kind: "bar" | "stacked";
  readonly x: string;
  readonly y: readonly MeasureSpec[] | MeasureSpec;
  readonly series?: string;
  readonly format?: FormatName;
}

/** Half of a combo: a measure and how it is drawn. */
export interface PaneSpec extends Measure {
  readonly mark?: "bar" | "line";
}

/** Two measures of different units over one axis: two stacked grids, never two y axes. */
export interface ComboSpec {
  readonly kind: "combo";
  readonly x: string;
  readonly upper: PaneSpec;
  readonly lower: PaneSpec;
}

export interface DonutSpec {
  readonly kind: "pie" | "donut";
  readonly name: string;
  readonly value: string;
  readonly format?: FormatName;
  /** Words under the total in the middle. */
  readonly total?: Text;
  /** Display names of raw values. */
  readonly labels?: Readonly<Record<string, Text>>;
}

export interface HeatmapSpec {
  readonly kind: "heatmap";
  readonly x: string;
  readonly y: string;
  readonly value: string;
  readonly format?: FormatName;
  readonly ramp?: RampName;
}

/** Retention by first day: one row a cohort, one column a day since then. */
export interface CohortSpec {
  readonly kind: "cohort";
  readonly cohort: string;
  /** Days since the first: 0, 1, 2, … */
  readonly day: string;
  readonly users: string;
  /** Last day drawn; 14 unless told. */
  readonly days?: number;
}

export interface MapSpec {
  readonly kind: "map";
  readonly map?: string;
  readonly region: string;
  readonly value: string;
  readonly format?: FormatName;
  readonly title?: Text;
  readonly scale?: "quantile" | "log";
  /** Rows of the ranked list beside the map; 0 leaves it out. */
  readonly list?: number;
}

/** A big number with its change and a small line. */
export interface KpiSpec {
  readonly kind: "kpi";
  readonly value: Measure;
  /** Column of days; without it the first row's value stands alone. */
  readonly x?: string;
  /** How days become one number; "share" divides the sums of value and of. */
  readonly aggregate?: "sum" | "mean" | "last" | "share";
  readonly of?: string;
  /** The measure drawn in the small line, where it is not the value itself. */
  readonly line?: string;
  /** Words beside the name ("daily average"). */
  readonly note?: Text;
  /** The change is shown as better when it falls. */
  readonly lowerIsBetter?: boolean;
}

export interface ListSpec {
  readonly kind: "list";
  readonly name: string;
  readonly value: string;
  readonly format?: FormatName;
  readonly title?: Text;
  readonly limit?: number;
}

export interface TableSpec {
  readonly kind: "table";
  readonly columns?: readonly MeasureSpec[];
}

export type ChartSpec =
  | LineSpec
  | BarSpec
  | ComboSpec
  | DonutSpec
  | HeatmapSpec
  | CohortSpec
  | MapSpec
  | KpiSpec
  | ListSpec
  | TableSpec;

export type ChartKind = ChartSpec["kind"];

export const chartKinds: readonly ChartKind[] = [
  "line", "area", "bar", "stacked", "combo", "pie", "donut", "heatmap", "cohort", "map", "kpi", "list", "table",
];

/** A small result as the API carries it (ChartTable of openapi.yaml). */
export interface ChartTable {
  readonly columns: readonly ChartColumn[];
  readonly rows: number;
  readonly truncated?: boolean;
}

export type Value = string | number | boolean | null;

export interface ChartColumn {
  readonly name: string;
  readonly kind: string;
  readonly values: readonly Value[];
}

export type Language = "en" | "zh-CN";
export type ThemeName = "light" | "dark";

/** Where a picture is drawn: everything but table and spec that it depends on. */
export interface Env {
  readonly theme: ThemeName;
  readonly language: Language;
  readonly width: number;
  readonly height: number;
  /** The range that holds, for tiles that compare with the days before it. */
  readonly from?: string;
  readonly to?: string;
}

/** A dashboard document as GET /dashboards/{name} gives it. */
export interface DashboardDocument {
  readonly name: string;
  readonly title: Text;
  readonly dialect?: string;
  readonly filters?: readonly FilterSpec[];
  readonly datasets: Readonly<Record<string, { readonly sql: string; readonly dialect?: string }>>;
  readonly rows: readonly RowSpec[];
}

export interface FilterSpec {
  readonly name: string;
  readonly kind: "date-range";
  readonly title?: Text;
  readonly default?: string;
}

export interface RowSpec {
  readonly height?: number;
  readonly tiles: readonly TileSpec[];
}

export interface TileSpec {
  readonly title?: Text;
  readonly note?: Text;
  readonly width?: number;
  readonly dataset: string;
  readonly chart: ChartSpec;
}
