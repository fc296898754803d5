import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { count } from "../../lib/format";
import { Chip, EmptyState, ErrorState, Skeleton, cx } from "../../ui";
import css from "./Diff.module.css";
import { type Change, diffRows } from "./diff";
import { type TableName, useDiff, useRows } from "./queries";

const SHOWN = 500;
const MARK: Record<Change, string> = { "+": "+", "-": "\u2212", "~": "~" };
const ROW: Record<Change, string | undefined> = { "+": css.came, "-": css.went, "~": undefined };

function Value({ text }: { readonly text: string | null }) {
  return text === null ? <span className="t3">NULL</span> : <>{text}</>;
}

/** What changed by key between two snapshots: rows that came, went, and cells that differ. */
export function DiffTable({ name, from, to }: { readonly name: TableName; readonly from: number; readonly to: number }) {
  const { t } = useTranslation();
  const diff = useDiff(name, from, to, from !== to);
  const rows = useRows(diff.data?.result, SHOWN);
  if (from === to) return <EmptyState>{t("explorer.sameSnapshot")}</EmptyState>;
  if (diff.isError) return <ErrorState message={asProblem(diff.error).message} hint={asProblem(diff.error).hint} />;
  if (diff.isPending || rows.isPending) return <Skeleton rows={6} label={t("common.loading")} />;
  const { data } = diff;
  const list = diffRows(rows.data ?? [], data.keys.length);
  return (
    <>
      <div className={css.head}>
        <b>{t("explorer.changesFrom", { from, to })}</b>
        <Chip tone="ok">+{t("explorer.inserted", { shown: count(data.inserted) })}</Chip>
        <Chip tone="warn">~{t("explorer.updated", { shown: count(data.updated) })}</Chip>
        <Chip tone="danger">{"\u2212"}{t("explorer.deleted", { shown: count(data.deleted) })}</Chip>
      </div>
      {list.length === 0 ? (
        <EmptyState>{t("explorer.nothingChanged")}</EmptyState>
      ) : (
        <div className={css.frame}>
          <div className={css.scroll} tabIndex={0} role="region" aria-label={t("explorer.changesFrom", { from, to })}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th aria-label={t("explorer.change")} />
                  {data.keys.map((key) => <th key={key}>{key}<small>{t("explorer.key")}</small></th>)}
                  {data.columns.map((column) => <th key={column.name}>{column.name}<small>{t("explorer.changedCount", { count: column.changed, shown: count(column.changed) })}</small></th>)}
                </tr>
              </thead>
              <tbody>
                {list.map((row) => (
                  <tr key={row.keys.join("\u0000")} className={ROW[row.change]}>
                    <td className={cx(css.mark, row.change === "+" && css.plus, row.change === "-" && css.minus)}>{MARK[row.change]}</td>
                    {row.keys.map((key, i) => <td key={data.keys[i]} className="num">{key}</td>)}
                    {row.cells.map((cell, i) => (
                      <td key={data.columns[i]?.name}>
                        {cell.differs ? <><del><Value text={cell.before} /></del><span className="t3"> → </span><ins><Value text={cell.after} /></ins></> : <Value text={row.change === "-" ? cell.before : cell.after} />}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className={css.foot}>{t("explorer.changedRows", { count: data.result.rows, shown: count(data.result.rows) })}{data.result.rows > list.length && <span className="t3">{t("explorer.shownRows", { shown: count(list.length) })}</span>}</div>
        </div>
      )}
    </>
  );
}
