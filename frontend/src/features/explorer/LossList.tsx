import { useTranslation } from "react-i18next";
import { count, moment, signed } from "../../lib/format";
import type { Losses } from "./losses";
import css from "./Page.module.css";
import { kindText } from "./timeline";

const LISTED = 200;

/** The snapshots and tags that would go, and the rows that the table would have after it. */
export function LossList({ losses: { snapshots, tags, rowsBefore, rowsAfter }, keyed }: { readonly losses: Losses; readonly keyed: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={css.said}>{snapshots.length === 0 ? t("explorer.noSnapshotGoes") : t("explorer.snapshotsGo", { count: snapshots.length })}</p>
      {snapshots.length > 0 && (
        <ul className={css.files} tabIndex={0} aria-label={t("explorer.snapshots")}>
          {snapshots.slice(0, LISTED).map((snapshot) => (
            <li key={snapshot.id}><span className="num">#{snapshot.id}</span><span className={css.kind}>{kindText(snapshot.kind, t)}</span><span className="t3 num">{moment(snapshot.at, true)}</span><span className="sp" /><span className="num t3">{signed(snapshot.deltaRows)}</span></li>
          ))}
        </ul>
      )}
      <p>{tags.length === 0 ? t("explorer.noTagGoes") : t("explorer.tagsGo", { count: tags.length, names: tags.join(", ") })}</p>
      <p className="t2 num">{t(keyed ? "explorer.recordsBecome" : "explorer.rowsBecome", { before: count(rowsBefore), after: count(rowsAfter) })}</p>
    </>
  );
}
