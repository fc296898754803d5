import type { SnapshotInfo, TableInfo, TableRef } from "../../api/types";

/** What a table forgets when its past is set back. */
export interface Losses {
  /** Newest first. */
  readonly snapshots: readonly SnapshotInfo[];
  readonly tags: readonly TableRef[];
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

const newestFirst = (snapshots: readonly SnapshotInfo[] | undefined) => [...(snapshots ?? [])].sort((a, b) => b.id - a.id);
const rowsOf = (snapshot: SnapshotInfo | undefined) => snapshot?.totalRows ?? 0;

/** rollbackLosses: a rollback removes the snapshots after the one that it goes to, and the tags on them. */
export function rollbackLosses(table: TableInfo, to: number): Losses {
  const all = newestFirst(table.snapshots);
  return {
    snapshots: all.filter(({ id }) => id > to), tags: (table.tags ?? []).filter(({ snapshot }) => (snapshot ?? 0) > to),
    rowsBefore: rowsOf(all[0]), rowsAfter: rowsOf(all.find(({ id }) => id === to)),
  };
}

/**
 * forwardLosses: main's snapshots after the one that the branch has as well make room for the branch's, and the branch's tags
 * stand for those from its first snapshot on. Where nothing of main leads up to the branch's first, what is older goes too.
 */
export function forwardLosses(main: TableInfo, branch: TableInfo, base: number | undefined): Losses {
  const [ours, theirs] = [newestFirst(main.snapshots), newestFirst(branch.snapshots)];
  const first = theirs.at(-1)?.id ?? 0;
  const kept = base ?? first - 1;
  const follows = ours.some(({ id }) => id === first - 1);
  const names = new Set((branch.tags ?? []).map(({ name }) => name));
  return {
    snapshots: ours.filter(({ id }) => id > kept || (!follows && id < first)), tags: (main.tags ?? []).filter(({ name, snapshot }) => (snapshot ?? 0) >= first && !names.has(name)),
    rowsBefore: rowsOf(ours[0]), rowsAfter: rowsOf(theirs[0]),
  };
}
