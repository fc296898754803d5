import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { count } from "../../lib/format";
import { Button, Chip, EmptyState, ErrorState, Skeleton, cx } from "../../ui";
import css from "./Diff.module.css";
import { type Change, type DiffCell, diffRows } from "./diff";
import { type TableName, useDiff, useRows } from "./queries";

const SHOWN = 500;
const MARK: Record<Change, string> = { "+": "+", "-": "\u2212", "~": "~" };
const ROW: Record<Change, string | undefined> = { "+": css.came, "-": css.went, "~": undefined };

function Value({ text }: { readonly text: string | null }) {
  return text === null ? <span className="t3">NULL</span> : <>{text}</>;
}

function Cell({ cell, change, side }: { readonly cell: DiffCell | undefined; readonly change: Change; readonly side: string | undefined }) {
  if (!cell) return <td />;
  const text = cell.differs ? `${cell.before ?? "NULL"} \u2192 ${cell.after ?? "NULL"}` : ((change === "-" ? cell.before : cell.after) ?? "NULL");
  return (
    <td className={side} title={text}>
      {cell.differs ? <><del>{cell.before ?? "NULL"}</del><span className="t3"> → </span><ins>{cell.after ?? "NULL"}</ins></> : <Value text={change === "-" ? cell.before : cell.after} />}
    </td>
  );
}

/** What changed by key between two snapshots: rows that came, went, and cells that differ. */
export function DiffTable({ name, from, to }: { readonly name: TableName; readonly from: number; readonly to: number }) {
  const { t } = useTranslation();
  const [every, setEvery] = useState(true);
  const diff = useDiff(name, from, to, from !== to);
  const rows = useRows(diff.data?.result, SHOWN);
  if (from === to) return <EmptyState>{t("explorer.sameSnapshot")}</EmptyState>;
  if (diff.isError) return <ErrorState message={asProblem(diff.error).message} hint={asProblem(diff.error).hint} />;
  if (diff.isPending || rows.isPending) return <Skeleton rows={6} label={t("common.loading")} />;
  const { data } = diff;
  const list = diffRows(rows.data ?? [], data.keys.length);
  const numeric = new Set(data.result.columns.filter(({ kind }) => kind === "integer" || kind === "float" || kind === "decimal").map((column) => column.name));
  const side = (name: string) => (numeric.has(name) || numeric.has(`${name} \u2192`) ? css.right : undefined);
  const shown = data.columns.flatMap((column, i) => (every || column.changed > 0 ? [{ ...column, i }] : []));
  const unchanged = data.columns.some((column) => column.changed === 0) && data.updated > 0;
  return (
    <>
      <div className={css.head}>
        <b>{t("explorer.changesFrom", { from, to })}</b>
        <Chip tone={data.inserted > 0 ? "ok" : "plain"}>+{t("explorer.inserted", { shown: count(data.inserted) })}</Chip>
        <Chip tone={data.updated > 0 ? "warn" : "plain"}>~{t("explorer.updated", { shown: count(data.updated) })}</Chip>
        <Chip tone={data.deleted > 0 ? "danger" : "plain"}>{"\u2212"}{t("explorer.deleted", { shown: count(data.deleted) })}</Chip>
        <span className="sp" />
        {unchanged && <Button size="sm" icon={<IconAdjustmentsHorizontal size={14} />} aria-pressed={!every} onClick={() => setEvery(!every)}>{t("explorer.onlyChanged")}</Button>}
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
                  {data.keys.map((key) => <th key={key} className={side(key)}>{key}<small>{t("explorer.key")}</small></th>)}
                  {shown.map((column) => <th key={column.name} className={side(column.name)}>{column.name}<small>{t("explorer.changedCount", { count: column.changed, shown: count(column.changed) })}</small></th>)}
                </tr>
              </thead>
              <tbody>
                {list.map((row) => (
                  <tr key={row.keys.join("\u0000")} className={ROW[row.change]}>
                    <td className={cx(css.mark, row.change === "+" && css.plus, row.change === "-" && css.minus)}>{MARK[row.change]}</td>
                    {row.keys.map((key, i) => <td key={data.keys[i]} className={side(data.keys[i] ?? "")}>{key}</td>)}
                    {shown.map(({ name: column, i }) => <Cell key={column} cell={row.cells[i]} change={row.change} side={side(column)} />)}
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
