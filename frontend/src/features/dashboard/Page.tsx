import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { type Action, useActions } from "../../lib/action";
import { Button, ErrorState, Skeleton } from "../../ui";
import { ExportDialog } from "../export";
import { FilterBar } from "./FilterBar";
import css from "./Page.module.css";
import { paramsOf, type Period } from "./period";
import { useData, useDocument, useRefreshOnCommit } from "./queries";
import { Rows } from "./Rows";
import { SqlDialog } from "./SqlDialog";

const NONE: readonly Action[] = [];

/** One dashboard: filters, tiles, and its way out as a picture. */
export function DashboardPage({ name, active }: { readonly name: string; readonly active: boolean }) {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<Period | null>(null);
  const [exporting, setExporting] = useState(false);
  const [dataset, setDataset] = useState<string | null>(null);
  const document = useDocument(name);
  const params = useMemo(() => paramsOf(period, document.data?.filters?.[0]?.name), [period, document.data]);
  const data = useData(name, params, document.isSuccess);
  useRefreshOnCommit(name, data.data);
  const { refetch } = data;
  // Its keys are its own only while its tab is the one on screen.
  useActions(
    useMemo(
      (): readonly Action[] => !active ? NONE : [
        { id: "dashboard.export", label: "dashboard.export", group: "dashboard", keys: ["Mod+Shift+E"], run: () => setExporting(true) },
        { id: "dashboard.refresh", label: "dashboard.refresh", group: "dashboard", keys: ["Mod+Shift+R"], run: () => refetch() },
      ],
      [active, refetch],
    ),
  );
  if (document.isError) {
    const problem = asProblem(document.error);
    return (
      <div className={css.fault}>
        <ErrorState message={problem.message} hint={problem.hint} source={place(problem)} action={<Button onClick={() => void document.refetch()}>{t("common.tryAgain")}</Button>} />
      </div>
    );
  }
  if (!document.data) return <div className={css.fault}><Skeleton rows={6} label={t("common.loading")} /></div>;
  const failed = data.isError ? asProblem(data.error) : null;
  return (
    <div className={css.page}>
      <FilterBar document={document.data} data={data.data} period={period} running={data.isFetching} onPeriod={setPeriod} onRefresh={() => void refetch()} onExport={() => setExporting(true)} />
      <div className={css.scroll}>
        {failed && <div className={css.notice}><ErrorState message={failed.message} hint={failed.hint} action={<Button onClick={() => void refetch()}>{t("common.tryAgain")}</Button>} /></div>}
        <Rows document={document.data} data={data.data} running={data.isFetching} filtered={period !== null} onSql={setDataset} onExport={() => setExporting(true)} onClear={() => setPeriod(null)} />
      </div>
      <SqlDialog document={document.data} dataset={dataset} params={data.data?.params} onClose={() => setDataset(null)} />
      {exporting && <ExportDialog document={document.data} params={data.data?.params ?? {}} onClose={() => setExporting(false)} />}
    </div>
  );
}

/** File, line and column of a broken document. */
function place(problem: { readonly source?: string; readonly span?: { readonly line: number; readonly column: number }; readonly text?: string }): string | undefined {
  if (!problem.span) return problem.source;
  const line = problem.text?.split("\n")[problem.span.line - 1]?.trim();
  return `${problem.source ?? ""}:${problem.span.line}:${problem.span.column}${line ? `  ${line}` : ""}`;
}
