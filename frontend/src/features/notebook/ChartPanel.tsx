import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { Cell, Result } from "../../api/types";
import { ErrorState, Skeleton, cx } from "../../ui";
import { tableOfHead } from "./head";
import css from "./Notebook.module.css";

// The chart room is loaded when the first chart is shown.
const ResultChart = lazy(async () => ({ default: (await import("./ResultChart")).ResultChart }));

/** A result as a chart: the cell's own spec, else the one its columns suggest. */
export function ChartPanel({ cell, result }: { readonly cell: Cell; readonly result: Result }) {
  const { t } = useTranslation();
  const api = useApi();
  const gone = result.gone === true;
  const kept = useMemo(() => (gone ? tableOfHead(result) : undefined), [gone, result]);
  const table = useQuery({ queryKey: ["chart-table", result.id], queryFn: () => api.chartTable(result.id), enabled: !gone, staleTime: Infinity, retry: false });
  const rows = gone ? kept : table.data;
  if (gone && !kept) return <div className={cx(css.chart, css.noChart)}><span>{t("notebook.chartGone")}</span></div>;
  if (table.isError) return <div className={css.pad}><ErrorState message={asProblem(table.error).message} hint={asProblem(table.error).hint} /></div>;
  return (
    <div className={css.chart} data-chart>
      <Suspense fallback={<Skeleton rows={4} label={t("common.loading")} />}>
        {rows ? <ResultChart cell={cell} table={rows} /> : <Skeleton rows={4} label={t("common.loading")} />}
      </Suspense>
    </div>
  );
}
