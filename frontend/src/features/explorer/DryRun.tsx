import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import type { Column } from "../../api/types";
import { bytes } from "../../lib/format";
import { ErrorState, Skeleton } from "../../ui";
import { LossList } from "./LossList";
import { lossesOf } from "./losses";
import css from "./Page.module.css";
import { type TextRow, useRows, useStatement } from "./queries";

const LISTED = 200;
/** Rows that are read of a dry run: a row a snapshot, tag or file that would go. */
const READ = 10_000;

/** inTable is a file's path inside its table's folder, which the title above the list names already. */
function inTable(path: string): string {
  return path.replace(/^.*?\.db\/[^/]+\//, "");
}

interface FilesProps {
  readonly columns: readonly Column[];
  readonly rows: readonly TextRow[];
  /** Rows of the dry run: its answer, then one a file. */
  readonly total: number;
  readonly joins: boolean;
}

/** The files that would go, or be joined. */
function FileList({ columns, rows, total, joins }: FilesProps) {
  const { t } = useTranslation();
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [file, size] = [at("file"), at("bytes")];
  const gone = rows[0]?.[at("deleted_snapshots_count")] ?? null;
  const files = rows.filter((row) => row[file] !== null && row[file] !== undefined).slice(0, LISTED);
  const [count, sum] = [total - 1, Number(rows[0]?.[size] ?? 0)];
  const [none, some] = joins ? ["explorer.noFileJoined", "explorer.wouldJoin"] : ["explorer.noFileGoes", "explorer.wouldGo"];
  return (
    <>
      {gone !== null && <p className={css.said}>{gone === "0" ? t("explorer.noSnapshotGoes") : t("explorer.snapshotsGo", { count: Number(gone) })}</p>}
      <p className={css.said}>{count === 0 ? t(none) : t(some, { count, size: bytes(sum) })}</p>
      {files.length > 0 && (
        <ul className={css.files} tabIndex={0} aria-label={t("explorer.filesTab")}>
          {files.map((row) => <li key={row[file]}><span className="ell" title={row[file] ?? ""}>{inTable(row[file] ?? "")}</span><span className="num t3">{bytes(Number(row[size] ?? 0))}</span></li>)}
        </ul>
      )}
    </>
  );
}

/** What a dry run says, of the lake as it is now: its answer, and the files, or the snapshots and tags, that would go. */
export function DryRun({ statement, joins, keyed }: { readonly statement: string; readonly joins: boolean; readonly keyed: boolean }) {
  const { t } = useTranslation();
  const run = useStatement();
  const dry = useQuery({ queryKey: ["dry", statement], queryFn: () => run(statement).then((result) => result ?? null), staleTime: 0, gcTime: 0, retry: false });
  const rows = useRows(dry.data ?? undefined, READ);
  const failed = dry.error ?? rows.error;
  if (failed) return <ErrorState message={asProblem(failed).message} hint={asProblem(failed).hint} />;
  if (dry.isPending || (dry.data && rows.isPending)) return <Skeleton rows={3} label={t("common.loading")} />;
  const [columns, list] = [dry.data?.columns ?? [], rows.data ?? []];
  const losses = lossesOf(columns, list);
  return losses ? <LossList losses={losses} keyed={keyed} /> : <FileList columns={columns} rows={list} total={dry.data?.rows ?? 1} joins={joins} />;
}
