import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import type { TableInfo } from "../../api/types";
import { Button, Chip, EmptyState, ErrorState, Skeleton, TextField, cx } from "../../ui";
import css from "./Versions.module.css";
import { type TableName, type TextRow, usePreview, useRows, useVersions } from "./queries";

const SHOWN = 200;
/** Level, file, sequence number and row kind stand before the table's own columns. */
const FACTS = 4;

function Cell({ text, wins }: { readonly text: string | null; readonly wins: boolean }) {
  return <td className={cx(wins && css.wins)} title={text ?? "NULL"}>{text === null ? <span className="t3">NULL</span> : text}</td>;
}

/** wins tells which cells of which version stand in the merged row: the newest version with that value. */
export function winners(versions: readonly TextRow[], merged: TextRow | undefined): boolean[][] {
  const taken = new Set<number>();
  return versions.map((version) =>
    version.slice(FACTS).map((value, i) => {
      const won = merged !== undefined && !taken.has(i) && value !== null && value === merged[i];
      if (won) taken.add(i);
      return won;
    }),
  );
}

/** The merge seen through: the versions of one key fall through the levels into the row that readers see. */
export function Versions({ name, table }: { readonly name: TableName; readonly table: TableInfo }) {
  const { t } = useTranslation();
  const keys = table.primaryKeys ?? [];
  const preview = usePreview(name, table.snapshot);
  const first = useRows(preview.data, 1);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [asked, setAsked] = useState<Readonly<Record<string, string>> | undefined>();
  const suggested = (key: string) => first.data?.[0]?.[table.columns.findIndex((column) => column.name === key)] ?? "";
  const value = (key: string) => typed[key] ?? suggested(key);
  const found = useVersions(name, asked);
  const versions = useRows(found.data?.versions, SHOWN);
  const merged = useRows(found.data?.merged, 1);
  const look = () => setAsked(Object.fromEntries(keys.map((key) => [key, value(key)])));
  const won = winners(versions.data ?? [], merged.data?.[0]);
  const facts = [t("explorer.levelHead"), t("explorer.sequence"), t("explorer.rowKind")];
  return (
    <div className={css.stack}>
      <form className={css.keys} onSubmit={(event) => { event.preventDefault(); look(); }}>
        {keys.map((key) => <label key={key}><span className="t2">{key}</span><TextField aria-label={key} value={value(key)} onChange={(text) => setTyped({ ...typed, [key]: text })} /></label>)}
        <Button kind="primary" type="submit">{t("explorer.showVersions")}</Button>
      </form>
      {asked === undefined && <EmptyState>{t("explorer.versionsHint")}</EmptyState>}
      {found.isError && <ErrorState message={asProblem(found.error).message} hint={asProblem(found.error).hint} />}
      {asked !== undefined && found.isPending && <Skeleton rows={4} label={t("common.loading")} />}
      {found.data && versions.data?.length === 0 && <EmptyState>{t("explorer.noVersions")}</EmptyState>}
      {found.data && versions.data && versions.data.length > 0 && (
        <div className={css.scroll} tabIndex={0} role="region" aria-label={t("explorer.versions")}>
          <table className={css.table}>
            <thead><tr>{facts.map((fact) => <th key={fact}>{fact}</th>)}{table.columns.map((column) => <th key={column.name} title={column.name}>{column.name}</th>)}</tr></thead>
            <tbody>
              {versions.data.map((version, row) => (
                <tr key={`${version[1]}/${version[2]}`}>
                  <td title={version[1] ?? ""}><Chip tone={version[0] === "0" ? "warn" : "accent"}>{version[0]}</Chip></td>
                  <td className="num t2">{version[2]}</td>
                  <td className={cx("num", version[3] === "-D" && css.gone)}>{version[3]}</td>
                  {version.slice(FACTS).map((text, i) => <Cell key={table.columns[i]?.name ?? i} text={text} wins={won[row]?.[i] ?? false} />)}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td colSpan={facts.length}><b>{t("explorer.readersSee")}</b> <span className="t3">{table.mergeEngine}</span></td>
                {merged.data?.[0] ? merged.data[0].map((text, i) => <Cell key={table.columns[i]?.name ?? i} text={text} wins={false} />) : <td colSpan={table.columns.length} className="t2">{t("explorer.noRow")}</td>}
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </div>
  );
}
