import { useTranslation } from "react-i18next";
import type { SnapshotInfo } from "../../api/types";
import { count, moment } from "../../lib/format";
import { Chip, EmptyState, cx } from "../../ui";
import css from "./Page.module.css";
import { BAR, HEIGHT, PITCH, ZERO, bars, toneOf } from "./timeline";

const FILL = { append: "var(--c1)", overwrite: "var(--c2)", compact: "var(--c-other)" };

function signed(n: number): string {
  return n > 0 ? `+${count(n)}` : count(n);
}

/** The table's history: rows that came and went with each snapshot, and the list. */
export function Snapshots({ snapshots, latest }: { readonly snapshots: readonly SnapshotInfo[]; readonly latest: number | undefined }) {
  const { t } = useTranslation();
  if (snapshots.length === 0) return <EmptyState>{t("explorer.noSnapshots")}</EmptyState>;
  const drawn = bars(snapshots);
  const width = Math.max(drawn.length * PITCH, 320);
  return (
    <>
      <div className={css.legend}>
        <b className={css.title}>{t("explorer.changed")}</b>
        <span className="sp" />
        {(["append", "overwrite", "compact"] as const).map((tone) => <span key={tone}><i style={{ background: FILL[tone] }} />{t(`explorer.${tone}`)}</span>)}
      </div>
      <div className={css.timeline} tabIndex={0} role="region" aria-label={t("explorer.changed")}>
        <svg width={width} height={HEIGHT} role="img" aria-label={t("explorer.changed")}>
          <path d={`M0 ${ZERO + 0.5}H${width}`} stroke="var(--border-control)" />
          {drawn.map((bar) => <rect key={bar.id} x={bar.x} y={bar.y} width={BAR} height={bar.height} rx={bar.tone === "compact" ? 2 : 0} fill={FILL[bar.tone]}><title>{bar.title}</title></rect>)}
        </svg>
      </div>
      <table className={css.table}>
        <thead>
          <tr><th>{t("explorer.snapshot")}</th><th>{t("explorer.kind")}</th><th>{t("explorer.when")}</th><th className={css.right}>{t("explorer.delta")}</th><th className={css.right}>{t("explorer.total")}</th><th>{t("explorer.by")}</th></tr>
        </thead>
        <tbody>
          {[...snapshots].sort((a, b) => b.id - a.id).map((snapshot) => (
            <tr key={snapshot.id}>
              <td className="num">#{snapshot.id} {snapshot.id === latest && <Chip>{t("explorer.latest")}</Chip>}</td>
              <td><Chip tone={toneOf(snapshot.kind) === "overwrite" ? "warn" : toneOf(snapshot.kind) === "append" ? "accent" : "plain"}>{snapshot.kind}</Chip></td>
              <td className="num">{moment(snapshot.at, true)}</td>
              <td className={cx(css.right, (snapshot.deltaRows ?? 0) > 0 && css.up, (snapshot.deltaRows ?? 0) < 0 && css.down)}>{snapshot.deltaRows === undefined ? "" : signed(snapshot.deltaRows)}</td>
              <td className={css.right}>{snapshot.totalRows === undefined ? "" : count(snapshot.totalRows)}</td>
              <td className="t2">{snapshot.user}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
