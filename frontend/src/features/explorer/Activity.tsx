import { useTranslation } from "react-i18next";
import type { TableInfo } from "../../api/types";
import { count, moment, signed } from "../../lib/format";
import { openDocument } from "../../lib/navigation";
import { Chip, EmptyState, cx } from "../../ui";
import css from "./Lineage.module.css";
import { type Use, writersOf } from "./lineage";
import page from "./Page.module.css";
import { type TableName, useBooks } from "./queries";
import { TONE, kindText, toneOf } from "./timeline";

const SHOWN = 500;

/** The commits of a table, newest first: what each did, who made it, and the cell whose last run it was. */
export function Activity({ name, table }: { readonly name: TableName; readonly table: TableInfo }) {
  const { t } = useTranslation();
  const books = useBooks();
  const snapshots = [...(table.snapshots ?? [])].sort((a, b) => b.id - a.id);
  if (snapshots.length === 0) return <EmptyState>{t("explorer.noSnapshots")}</EmptyState>;
  const keyed = (table.primaryKeys ?? []).length > 0;
  const writers = name.branch === "" ? writersOf(`${name.database}.${name.table}`, snapshots, books.data ?? []) : new Map<number, Use>();
  return (
    <div className={css.stack}>
      <table className={cx(page.table, css.activity)}>
        <thead><tr><th className={cx(page.right, page.index)}>#</th><th>{t("explorer.when")}</th><th>{t("explorer.kind")}</th><th className={page.right}>{t(keyed ? "explorer.deltaRecords" : "explorer.delta")}</th><th className={page.right}>{t(keyed ? "explorer.totalRecords" : "explorer.total")}</th><th>{t("explorer.by")}</th></tr></thead>
        <tbody>
          {snapshots.slice(0, SHOWN).map((snapshot) => {
            const writer = writers.get(snapshot.id);
            return (
              <tr key={snapshot.id}>
                <td className={page.right}>{snapshot.id}</td>
                <td className="num">{moment(snapshot.at, true)}</td>
                <td><Chip tone={TONE[toneOf(snapshot.kind)]}>{kindText(snapshot.kind, t)}</Chip></td>
                <td className={page.right}>{signed(snapshot.deltaRows ?? 0)}</td>
                <td className={page.right}>{count(snapshot.totalRows ?? 0)}</td>
                <td className="ell" title={snapshot.user}>
                  {writer ? <button type="button" className={css.link} onClick={() => openDocument({ kind: "notebook", name: writer.notebook, title: writer.notebook })}>{writer.notebook}<span className="t3">›</span>{writer.label}</button> : <span className="t2">{snapshot.user}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {snapshots.length > SHOWN && <p className="t3">{t("explorer.shownRows", { shown: count(SHOWN) })}</p>}
    </div>
  );
}
