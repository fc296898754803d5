import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Api } from "../../api/client";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { count, moment, signed } from "../../lib/format";
import { ErrorState, Skeleton } from "../../ui";
import type { Losses } from "./losses";
import css from "./Page.module.css";
import { kindText } from "./timeline";

/** Finds out, from the lake as it is now, what an action makes a table forget. */
export type FindLosses = (api: Api) => Promise<Losses>;

const LISTED = 200;

/** The snapshots and tags that would go, and the rows that readers would see after it. */
export function LossList({ statement, find }: { readonly statement: string; readonly find: FindLosses }) {
  const { t } = useTranslation();
  const api = useApi();
  const losses = useQuery({ queryKey: ["dry", statement], queryFn: () => find(api), staleTime: 0, gcTime: 0, retry: false });
  if (losses.isError) return <ErrorState message={asProblem(losses.error).message} hint={asProblem(losses.error).hint} />;
  if (losses.isPending) return <Skeleton rows={3} label={t("common.loading")} />;
  const { snapshots, tags, rowsBefore, rowsAfter } = losses.data;
  return (
    <>
      <p className={css.said}>{snapshots.length === 0 ? t("explorer.noSnapshotGoes") : t("explorer.snapshotsGo", { count: snapshots.length })}</p>
      {snapshots.length > 0 && (
        <ul className={css.files} tabIndex={0} aria-label={t("explorer.snapshots")}>
          {snapshots.slice(0, LISTED).map((snapshot) => (
            <li key={snapshot.id}><span className="num">#{snapshot.id}</span><span className={css.kind}>{kindText(snapshot.kind, t)}</span><span className="t3 num">{moment(snapshot.at, true)}</span><span className="sp" /><span className="num t3">{signed(snapshot.deltaRows ?? 0)}</span></li>
          ))}
        </ul>
      )}
      <p>{tags.length === 0 ? t("explorer.noTagGoes") : t("explorer.tagsGo", { count: tags.length, names: tags.map(({ name }) => name).join(", ") })}</p>
      <p className="t2 num">{t("explorer.rowsBecome", { before: count(rowsBefore), after: count(rowsAfter) })}</p>
    </>
  );
}
