import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { useTable } from "../../api/queries";
import { count } from "../../lib/format";
import { Button, ErrorState, Skeleton, Tabs, cx } from "../../ui";
import { ResultGrid } from "../result";
import { Columns } from "./Columns";
import { Ddl } from "./Ddl";
import { Header } from "./Header";
import css from "./Page.module.css";
import { usePreview } from "./queries";
import { Snapshots } from "./Snapshots";
import { useQueryTable } from "./useQueryTable";

function Preview({ database, table, snapshot, total }: { readonly database: string; readonly table: string; readonly snapshot: number | undefined; readonly total: number | undefined }) {
  const { t } = useTranslation();
  const preview = usePreview(database, table, snapshot, true);
  if (preview.isPending) return <div className={css.pad}><Skeleton rows={6} label={t("common.loading")} /></div>;
  if (preview.isError) {
    const problem = asProblem(preview.error);
    return <div className={css.pad}><ErrorState message={problem.message} hint={problem.hint} action={<Button onClick={() => void preview.refetch()}>{t("common.tryAgain")}</Button>} /></div>;
  }
  return <ResultGrid result={preview.data} label={t("explorer.previewOf", { table })} fileName={table} rows="fill" note={total !== undefined && preview.data.rows < total ? <span className="t3">{t("explorer.firstOf", { total: count(total) })}</span> : undefined} />;
}

/** A table of the lake: facts, first rows, columns, history and its statement. */
export function TablePage({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const dot = name.indexOf(".");
  const [database, table] = [name.slice(0, dot), name.slice(dot + 1)];
  const info = useTable(database, table);
  const [tab, setTab] = useState("preview");
  const query = useQueryTable();
  if (info.isPending) return <div className={css.pad}><Skeleton rows={6} label={t("common.loading")} /></div>;
  if (info.isError) {
    const problem = asProblem(info.error);
    return <div className={css.pad}><ErrorState message={problem.message} hint={problem.hint} source={problem.source} action={<Button onClick={() => void info.refetch()}>{t("common.tryAgain")}</Button>} /></div>;
  }
  const data = info.data;
  const view = data.kind === "view";
  const tabs = [
    { key: "preview", label: t("explorer.preview") },
    { key: "columns", label: t("explorer.columns"), count: data.columns.length },
    ...(view ? [] : [{ key: "snapshots", label: t("explorer.snapshots"), count: data.snapshots?.length ?? 0 }]),
    { key: "ddl", label: view ? t("explorer.viewText") : "DDL" },
  ];
  return (
    <div className={css.page}>
      <div className={css.head}>
        <Header table={data} onQuery={() => void query(database, table)} />
        <div className={css.tabs}><Tabs label={table} tabs={tabs} active={tab} onChange={setTab} /></div>
      </div>
      <div className={cx(css.body, tab === "preview" && css.fill)} role="tabpanel">
        {tab === "preview" && <Preview database={database} table={table} snapshot={data.snapshot} total={data.rows} />}
        {tab !== "preview" && (
          <div className={css.pad}>
            {tab === "columns" && <Columns table={data} />}
            {tab === "snapshots" && <Snapshots snapshots={data.snapshots ?? []} latest={data.snapshot} />}
            {tab === "ddl" && <Ddl text={(view ? data.viewText : data.ddl) ?? ""} label={view ? t("explorer.viewText") : t("explorer.ddl")} />}
          </div>
        )}
      </div>
    </div>
  );
}
