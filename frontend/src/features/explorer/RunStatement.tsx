import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconCopy } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { ProblemError, asProblem } from "../../api/problem";
import type { Problem, Result } from "../../api/types";
import { bytes } from "../../lib/format";
import { toast } from "../../lib/toast";
import { Button, Dialog, ErrorState, IconButton, Skeleton } from "../../ui";
import { type FindLosses, LossList } from "./LossList";
import css from "./Page.module.css";
import { useRows } from "./queries";

export interface Pending {
  readonly title: string;
  readonly statement: string;
  /** The same statement as a dry run, where there is one. */
  readonly dry?: string;
  /** The files of the dry run are joined, not removed. */
  readonly joins?: boolean;
  /** What the table would forget, where the statement has no dry run of its own. */
  readonly losses?: FindLosses;
  readonly note?: ReactNode;
  readonly danger?: boolean;
  /** What else follows when it ran. */
  readonly done?: () => void;
}

function useStatement() {
  const api = useApi();
  return async (sql: string): Promise<Result | undefined> => {
    const [answer] = await api.query({ dialect: "spark", sql });
    if (answer?.problem) throw new ProblemError(answer.problem);
    return answer?.result;
  };
}

const LISTED = 200;
const READ_AGAIN = ["table", "preview", "versions", "diff", "catalog"];

/** inTable is a file's path inside its table's folder, which the title above the list names already. */
function inTable(path: string): string {
  return path.replace(/^.*?\.db\/[^/]+\//, "");
}

/** What a dry run says: its answer, and the files that would go. */
function DryRun({ statement, joins }: { readonly statement: string; readonly joins: boolean }) {
  const { t } = useTranslation();
  const run = useStatement();
  const dry = useQuery({ queryKey: ["dry", statement], queryFn: () => run(statement).then((result) => result ?? null), staleTime: 0, gcTime: 0, retry: false });
  const rows = useRows(dry.data ?? undefined, LISTED);
  if (dry.isError) return <ErrorState message={asProblem(dry.error).message} hint={asProblem(dry.error).hint} />;
  if (dry.isPending || (dry.data && rows.isPending)) return <Skeleton rows={3} label={t("common.loading")} />;
  const list = rows.data ?? [];
  const columns = dry.data?.columns ?? [];
  const file = columns.findIndex((column) => column.name === "file");
  const size = columns.findIndex((column) => column.name === "bytes");
  const gone = list[0]?.[columns.findIndex((column) => column.name === "deleted_snapshots_count")] ?? null;
  const files = list.filter((row) => row[file] !== null && row[file] !== undefined);
  const [count, total] = [(dry.data?.rows ?? 1) - 1, Number(list[0]?.[size] ?? 0)];
  const [none, some] = joins ? ["explorer.noFileJoined", "explorer.wouldJoin"] : ["explorer.noFileGoes", "explorer.wouldGo"];
  return (
    <>
      {gone !== null && <p className={css.said}>{gone === "0" ? t("explorer.noSnapshotGoes") : t("explorer.snapshotsGo", { count: Number(gone) })}</p>}
      <p className={css.said}>{count === 0 ? t(none) : t(some, { count, size: bytes(total) })}</p>
      {files.length > 0 && (
        <ul className={css.files} tabIndex={0} aria-label={t("explorer.filesTab")}>
          {files.map((row) => <li key={row[file]}><span className="ell" title={row[file] ?? ""}>{inTable(row[file] ?? "")}</span><span className="num t3">{bytes(Number(row[size] ?? 0))}</span></li>)}
        </ul>
      )}
    </>
  );
}

/** RunStatement shows the statement that an action runs, and what would go, before it runs. */
export function RunStatement({ pending, onClose }: { readonly pending: Pending | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useStatement();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<{ readonly statement: string; readonly problem: Problem } | null>(null);
  const confirm = async () => {
    if (!pending) return;
    setBusy(true);
    setFailed(null);
    try {
      await run(pending.statement);
      toast(t("explorer.ran", { title: pending.title }), { tone: "ok" });
      pending.done?.();
      onClose();
      await client.invalidateQueries({ predicate: ({ queryKey: [kind] }) => READ_AGAIN.includes(String(kind)) });
    } catch (error) {
      setFailed({ statement: pending.statement, problem: asProblem(error) });
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={pending !== null} title={pending?.title ?? ""} onClose={onClose}
      foot={<><span className="sp" /><Button onClick={onClose}>{t("common.cancel")}</Button><Button kind={pending?.danger ? "danger" : "primary"} disabled={busy} onClick={() => void confirm()}>{t("explorer.run")}</Button></>}
    >
      {pending && (
        <div className={css.stack}>
          {pending.note && <p>{pending.note}</p>}
          {pending.dry && <DryRun key={pending.dry} statement={pending.dry} joins={pending.joins ?? false} />}
          {pending.losses && <LossList key={pending.statement} statement={pending.statement} find={pending.losses} />}
          {failed?.statement === pending.statement && <ErrorState message={failed.problem.message} hint={failed.problem.hint} />}
          <div className={css.statement}>
            <code>{pending.statement}</code>
            <IconButton small label={t("common.copy")} onClick={() => void navigator.clipboard.writeText(pending.statement).then(() => toast(t("explorer.copied")), () => toast(t("explorer.copyFailed"), { tone: "danger" }))}><IconCopy size={14} /></IconButton>
          </div>
        </div>
      )}
    </Dialog>
  );
}
