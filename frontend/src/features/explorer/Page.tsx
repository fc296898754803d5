import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { useTable } from "../../api/queries";
import { count } from "../../lib/format";
import { Button, ErrorState, Skeleton, Tabs, cx } from "../../ui";
import { Activity } from "./Activity";
import { Columns } from "./Columns";
import { Ddl } from "./Ddl";
import { Files } from "./Files";
import { Header } from "./Header";
import { History } from "./History";
import { Lineage } from "./Lineage";
import css from "./Page.module.css";
import { PreviewGrid } from "./PreviewGrid";
import { Refs } from "./Refs";
import { Versions } from "./Versions";
import { useQueryTable } from "./useQueryTable";

/** A table of the lake: facts, rows now and then, columns, history, files, branches, the versions of a key, its statement. */
export function TablePage({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const dot = name.indexOf(".");
  const [database, table] = [name.slice(0, dot), name.slice(dot + 1)];
  const [branch, setBranch] = useState("");
  const main = useTable(database, table);
  const other = useTable(database, table, branch !== "", branch);
  const info = branch === "" ? main : other;
  const loading = branch !== "" && other.isPending;
  const [tab, setTab] = useState("preview");
  const query = useQueryTable();
  if (info.isPending && !main.data) return <div className={css.pad}><Skeleton rows={6} label={t("common.loading")} /></div>;
  if (info.isError) {
    const problem = asProblem(info.error);
    return <div className={css.pad}><ErrorState message={problem.message} hint={problem.hint} source={problem.source} action={<Button onClick={() => (branch === "" ? void info.refetch() : setBranch(""))}>{t("common.tryAgain")}</Button>} /></div>;
  }
  const data = info.data ?? main.data;
  if (!data) return null;
  const view = data.kind === "view";
  const own = { database, table, branch };
  const tabs = [
    { key: "preview", label: t("explorer.preview") },
    { key: "columns", label: t("explorer.columns"), count: count(data.columns.length) },
    ...(view ? [] : [
      { key: "snapshots", label: t("explorer.snapshots"), count: count(data.snapshots?.length ?? 0) },
      { key: "files", label: t("explorer.filesTab"), count: count(data.files ?? 0) },
      { key: "branches", label: t("explorer.branches"), count: count((main.data?.branches ?? []).length) },
      ...((data.primaryKeys ?? []).length > 0 ? [{ key: "versions", label: t("explorer.versions") }] : []),
    ]),
    { key: "lineage", label: t("explorer.lineage") },
    { key: "ddl", label: view ? t("explorer.viewText") : "DDL" },
    ...(view ? [] : [{ key: "activity", label: t("explorer.activity") }]),
  ];
  const full = tab === "preview" || tab === "snapshots";
  return (
    <div className={css.page}>
      <div className={css.head}>
        <Header table={data} branches={main.data?.branches ?? []} branch={branch} onBranch={setBranch} onQuery={() => void query(own)} />
        <div className={css.tabs}><Tabs label={table} tabs={tabs} active={tab} onChange={setTab} /></div>
      </div>
      <div className={cx(css.body, full && css.fill)} role="tabpanel">
        {loading && <div className={css.pad}><Skeleton rows={6} label={t("common.loading")} /></div>}
        {!loading && tab === "preview" && <PreviewGrid key={branch} name={own} newest={data.snapshot} total={(data.primaryKeys ?? []).length > 0 ? undefined : data.rows} />}
        {!loading && tab === "snapshots" && <History key={branch} name={own} table={data} />}
        {!loading && !full && (
          <div className={css.pad}>
            {tab === "columns" && <Columns table={data} />}
            {tab === "files" && <Files name={own} table={data} />}
            {tab === "branches" && <Refs name={own} table={{ ...data, branches: main.data?.branches ?? [] }} onBranch={setBranch} />}
            {tab === "versions" && <Versions key={branch} name={own} table={data} />}
            {tab === "lineage" && <Lineage name={own} viewText={view ? (data.viewText ?? "") : undefined} />}
            {tab === "activity" && <Activity name={own} table={data} />}
            {tab === "ddl" && <Ddl text={(view ? data.viewText : data.ddl) ?? ""} label={view ? t("explorer.viewText") : t("explorer.ddl")} />}
          </div>
        )}
      </div>
    </div>
  );
}
