import { useTranslation } from "react-i18next";
import type { SnapshotInfo } from "../../api/types";
import { count, moment, short } from "../../lib/format";
import { Chip, EmptyState, cx } from "../../ui";
import css from "./Page.module.css";
import { BAR, DOWN, GUTTER, HEIGHT, PITCH, UP, ZERO, bars, most, toneOf } from "./timeline";

const FILL = { append: "var(--c1)", overwrite: "var(--c2)", compact: "var(--c-other)" };

function signed(n: number): string {
  return n > 0 ? `+${count(n)}` : count(n);
}

/** The kind of a commit in words; one that is none of the three keeps the format's own name. */
function kindText(kind: string, t: (key: string) => string): string {
  const known = (["append", "overwrite", "compact"] as const).find((tone) => kind.toLowerCase() === tone);
  return known ? t(`explorer.${known}`) : kind;
}

/** The table's history: rows that came and went with each snapshot, and the list. */
export function Snapshots({ snapshots, latest }: { readonly snapshots: readonly SnapshotInfo[]; readonly latest: number | undefined }) {
  const { t } = useTranslation();
  if (snapshots.length === 0) return <EmptyState>{t("explorer.noSnapshots")}</EmptyState>;
  const drawn = bars(snapshots);
  const width = GUTTER + drawn.length * PITCH;
  const top = short(most(snapshots));
  const down = snapshots.some((snapshot) => (snapshot.deltaRows ?? 0) < 0);
  return (
    <>
      <div className={css.legend}>
        <b className={css.title}>{t("explorer.changed")}</b>
        <span className="sp" />
        {(["append", "overwrite", "compact"] as const).map((tone) => <span key={tone}><i style={{ background: FILL[tone] }} />{t(`explorer.${tone}`)}</span>)}
      </div>
      <div className={css.timeline} tabIndex={0} role="region" aria-label={t("explorer.changed")}>
        <svg width="100%" style={{ minWidth: width }} height={HEIGHT} role="img" aria-label={t("explorer.changed")}>
          <line x1={GUTTER} x2="100%" y1={ZERO - UP + 0.5} y2={ZERO - UP + 0.5} stroke="var(--gridline)" />
          <line x1={GUTTER} x2="100%" y1={ZERO + 0.5} y2={ZERO + 0.5} stroke="var(--border-control)" />
          <text x={GUTTER - 8} y={ZERO - UP + 4} textAnchor="end">{top}</text>
          <text x={GUTTER - 8} y={ZERO + 4} textAnchor="end">0</text>
          {down && <text x={GUTTER - 8} y={ZERO + DOWN + 4} textAnchor="end">{`\u2212${top}`}</text>}
          {drawn.map((bar, i) => i % 2 === 0 && <text key={`id${bar.id}`} x={bar.x + BAR / 2} y={HEIGHT - 8} textAnchor="middle">#{bar.id}</text>)}
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
              <td><Chip tone={toneOf(snapshot.kind) === "overwrite" ? "warn" : toneOf(snapshot.kind) === "append" ? "accent" : "plain"}>{kindText(snapshot.kind, t)}</Chip></td>
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
