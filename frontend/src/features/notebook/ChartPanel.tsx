import { useQuery } from "@tanstack/react-query";
import { type ComponentType, Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { Cell, ChartTable, Result } from "../../api/types";
import { ErrorState, Skeleton } from "../../ui";
import css from "./Notebook.module.css";

interface ResultChartProps {
  readonly table: ChartTable;
  readonly spec: Record<string, unknown> | undefined;
  readonly onSpec?: (spec: Record<string, unknown>) => void;
}

// The chart room is loaded when the first chart is shown.
const rooms = import.meta.glob<{ ResultChart: ComponentType<ResultChartProps> }>("../chart/index.ts");
const ResultChart = lazy(async (): Promise<{ default: ComponentType<ResultChartProps> }> => {
  const load = Object.values(rooms)[0];
  return { default: load ? (await load()).ResultChart : () => null };
});

/** A result as a chart: the cell's own spec, else the one its columns suggest. */
export function ChartPanel({ cell, result }: { readonly cell: Cell; readonly result: Result }) {
  const { t } = useTranslation();
  const api = useApi();
  const table = useQuery({ queryKey: ["chart-table", result.id], queryFn: () => api.chartTable(result.id), staleTime: Infinity, retry: false });
  if (table.isError) return <div className={css.pad}><ErrorState message={asProblem(table.error).message} hint={asProblem(table.error).hint} /></div>;
  return (
    <div className={css.chart}>
      <Suspense fallback={<Skeleton rows={4} label={t("common.loading")} />}>
        {table.data ? <ResultChart table={table.data} spec={cell.chart} /> : <Skeleton rows={4} label={t("common.loading")} />}
      </Suspense>
    </div>
  );
}
