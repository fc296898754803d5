import type { Column } from "../../api/types";
import type { TextRow } from "./queries";

/** A snapshot as a dry run tells of it. */
export interface LostSnapshot {
  readonly id: number;
  readonly kind: string;
  readonly at: string;
  readonly deltaRows: number;
}

/** What a table forgets when its past is set back. */
export interface Losses {
  /** Newest first. */
  readonly snapshots: readonly LostSnapshot[];
  readonly tags: readonly string[];
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

/**
 * lossesOf reads the dry run of a procedure that sets a table back: a row of the snapshot that would be the newest, one of each
 * that would go, one of each tag that would go. It is undefined for another procedure's.
 */
export function lossesOf(columns: readonly Pick<Column, "name">[], rows: readonly TextRow[]): Losses | undefined {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [id, kind, time, tag, total, delta] = [at("snapshot"), at("commit_kind"), at("commit_time"), at("tag"), at("total_rows"), at("delta_rows")];
  const [answer, ...others] = rows;
  if (tag < 0 || delta < 0 || !answer) return undefined;
  const gone = others.filter((row) => row[tag] === null);
  const rowsAfter = Number(answer[total]);
  return {
    snapshots: gone.map((row) => ({ id: Number(row[id]), kind: row[kind] ?? "", at: new Date(Number(row[time])).toISOString(), deltaRows: Number(row[delta]) })),
    tags: others.flatMap((row) => row[tag] ?? []), rowsBefore: rowsAfter - Number(answer[delta]), rowsAfter,
  };
}
