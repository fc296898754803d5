import { useTranslation } from "react-i18next";
import type { ColumnProfile } from "../../api/types";
import { count } from "../../lib/format";
import { Histogram, TypeIcon } from "../grid";
import type { Focus } from "./context";
import css from "./Notebook.module.css";

/** binOf is the histogram bin that holds a value, -1 when it cannot be told. */
export function binOf(profile: ColumnProfile, value: string | null | undefined): number {
  const bins = profile.bins ?? [];
  if (value === null || value === undefined) return -1;
  const same = bins.findIndex((bin) => bin.label === value);
  if (same >= 0) return same;
  const number = Number(value);
  const starts = bins.map((bin) => Number.parseFloat(bin.label));
  if (Number.isNaN(number) || starts.some(Number.isNaN)) return -1;
  return starts.findLastIndex((start) => start <= number);
}

/** number shows a figure of the profile in at most 4 decimals. */
export function figure(n: number | null | undefined): string {
  if (n === null || n === undefined) return "";
  if (Number.isInteger(n)) return count(n);
  return Math.abs(n) >= 1000 ? count(Math.round(n)) : String(Number(n.toPrecision(4))).replace("-", "\u2212");
}

function Pair({ name, value }: { readonly name: string; readonly value: string }) {
  return <div className={css.pair}><span>{name}</span><span className="ell" title={value}>{value}</span></div>;
}

function short(text: string): string {
  const number = Number(text);
  return text.trim() !== "" && !Number.isNaN(number) ? figure(number) : text;
}

export function Profile({ focus }: { readonly focus: Focus }) {
  const { t } = useTranslation();
  const { column, profile } = focus;
  const bins = profile?.bins ?? [];
  const words = column.kind === "text" || column.kind === "boolean";
  const [p25, p50, p75, p95] = profile?.quantiles ?? [];
  return (
    <>
      <div className={css.columnName}><TypeIcon kind={column.kind} size={16} /><span className="ell">{column.name}</span></div>
      <div className="t3" style={{ fontSize: 12, marginTop: 2 }}>{t("notebook.columnOf", { type: column.type, index: focus.index + 1, columns: focus.columns })}</div>
      {!profile && <p className="t3" style={{ marginTop: 16 }}>{t("notebook.noProfile")}</p>}
      {profile && bins.length > 0 && (
        <>
          <h3 className={css.group}>{t("notebook.distribution")}</h3>
          <Histogram bins={bins} height={96} marked={binOf(profile, focus.value)} label={t("grid.histogram", { name: column.name })} />
          {words ? (
            <div className={css.top} style={{ marginTop: 8 }}>
              {bins.slice(0, 8).map((bin) => [<span key={`${bin.label} name`} className="ell">{bin.label === "" ? t("notebook.emptyValue") : bin.label}</span>, <span key={bin.label} className="t2">{count(bin.count)}</span>])}
            </div>
          ) : (
            <div className={css.ends}><span>{short(profile.min ?? "")}</span><span>{short(profile.max ?? "")}</span></div>
          )}
        </>
      )}
      {profile && (
        <>
          <h3 className={css.group}>{t("notebook.completeness")}</h3>
          <div className={css.pairs}>
            <Pair name={t("notebook.rowCount")} value={count(focus.rows)} />
            <Pair name={t("notebook.distinct")} value={count(profile.distinct)} />
            <Pair name={t("notebook.null")} value={count(profile.nulls)} />
          </div>
        </>
      )}
      {profile && profile.mean !== undefined && profile.mean !== null && (
        <>
          <h3 className={css.group}>{t("notebook.quantiles")}</h3>
          <div className={css.pairs}>
            <Pair name={t("notebook.min")} value={short(profile.min ?? "")} />
            <Pair name={t("notebook.mean")} value={figure(profile.mean)} />
            <Pair name="p25" value={figure(p25)} />
            <Pair name="p75" value={figure(p75)} />
            <Pair name={t("notebook.median")} value={figure(p50)} />
            <Pair name="p95" value={figure(p95)} />
            <Pair name={t("notebook.max")} value={short(profile.max ?? "")} />
          </div>
        </>
      )}
    </>
  );
}
