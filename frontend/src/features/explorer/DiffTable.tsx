import { IconAdjustmentsHorizontal, IconDownload } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import type { Result, TableMoment } from "../../api/types";
import { count } from "../../lib/format";
import { Button, Chip, EmptyState, ErrorState, Menu, Skeleton, cx } from "../../ui";
import { useExports } from "../result";
import css from "./Diff.module.css";
import { type Change, type DiffCell, diffRows } from "./diff";
import { type TableName, useDiff, useRows } from "./queries";

const SHOWN = 500;
/** Pixels: the least height of a table that has more rows, its head and foot, a row. */
const [LEAST, HEAD, ROW_HEIGHT] = [260, 76, 28];
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
      {cell.differs ? <span className={css.pair}><del>{cell.before ?? "NULL"}</del><span className="t3">→</span><ins>{cell.after ?? "NULL"}</ins></span> : <Value text={change === "-" ? cell.before : cell.after} />}
    </td>
  );
}

function ExportDiff({ result, fileName }: { readonly result: Result; readonly fileName: string }) {
  const { t } = useTranslation();
  const label = t("explorer.exportDiff");
  return <Menu label={label} entries={useExports(result, fileName)} target={<Button size="sm" icon={<IconDownload size={14} />}>{label}</Button>} />;
}

interface Props {
  readonly name: TableName;
  readonly from: TableMoment;
  readonly to: TableMoment;
  readonly title: string;
  /** Of an exported file, without its ending. */
  readonly fileName: string;
  /** What else stands in the head. */
  readonly children?: ReactNode;
}

/** What changed by key between two moments: rows that came, went, and cells that differ. */
export function DiffTable({ name, from, to, title, fileName, children }: Props) {
  const { t } = useTranslation();
  const [every, setEvery] = useState(true);
  const diff = useDiff(name, from, to);
  const rows = useRows(diff.data?.result, SHOWN);
  const failed = diff.error ?? rows.error;
  if (failed) return <><div className={css.head}><b>{title}</b><span className={css.acts}>{children}</span></div><ErrorState message={asProblem(failed).message} hint={asProblem(failed).hint} /></>;
  if (!diff.data || rows.isPending) return <><div className={css.head}><b>{title}</b><span className={css.acts}>{children}</span></div><Skeleton rows={6} label={t("common.loading")} /></>;
  const { data } = diff;
  const list = diffRows(rows.data ?? [], data.keys.length);
  const numeric = new Set(data.result.columns.filter(({ kind }) => kind === "integer" || kind === "float" || kind === "decimal").map((column) => column.name));
  const side = (name: string) => (numeric.has(name) || numeric.has(`${name} \u2192`) ? css.right : undefined);
  const shown = data.columns.flatMap((column, i) => (every || column.changed > 0 ? [{ ...column, i }] : []));
  const unchanged = data.columns.some((column) => column.changed === 0) && data.updated > 0;
  return (
    <>
      <div className={css.head}>
        <b>{title}</b>
        {data.inserted > 0 && <Chip tone="ok">+{t("explorer.inserted", { shown: count(data.inserted) })}</Chip>}
        {data.updated > 0 && <Chip tone="warn">~{t("explorer.updated", { shown: count(data.updated) })}</Chip>}
        {data.deleted > 0 && <Chip tone="danger">{"\u2212"}{t("explorer.deleted", { shown: count(data.deleted) })}</Chip>}
        <span className={css.acts}>
          {children}
          {unchanged && <Button size="sm" icon={<IconAdjustmentsHorizontal size={14} />} aria-pressed={!every} onClick={() => setEvery(!every)}>{t("explorer.onlyChanged")}</Button>}
          {data.result.rows > 0 && <ExportDiff result={data.result} fileName={fileName} />}
        </span>
      </div>
      {list.length === 0 ? (
        <EmptyState>{t("explorer.nothingChanged")}</EmptyState>
      ) : (
        <div className={css.frame} style={{ minHeight: Math.min(LEAST, HEAD + list.length * ROW_HEIGHT) }}>
          <div className={css.scroll} tabIndex={0} role="region" aria-label={title}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th aria-label={t("explorer.change")} />
                  {data.keys.map((key) => <th key={key} className={side(key)} title={key}>{key}<small>{t("explorer.key")}</small></th>)}
                  {shown.map((column) => <th key={column.name} className={side(column.name)} title={column.name}>{column.name}<small>{t("explorer.changedCount", { count: column.changed, shown: count(column.changed) })}</small></th>)}
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
