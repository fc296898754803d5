import { IconGitCompare } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SnapshotInfo, TableInfo } from "../../api/types";
import { moment } from "../../lib/format";
import { Button, Chip, EmptyState } from "../../ui";
import { DiffTable } from "./DiffTable";
import css from "./History.module.css";
import { PreviewGrid } from "./PreviewGrid";
import type { TableName } from "./queries";
import { SnapshotPanel } from "./SnapshotPanel";
import { Timeline } from "./Timeline";
import { FILL } from "./timeline";

/** at is the place of a snapshot, or the nearest one that is still there. */
function placeOf(snapshots: readonly SnapshotInfo[], id: number | null): number {
  const found = snapshots.findIndex((snapshot) => id !== null && snapshot.id >= id);
  return found < 0 ? snapshots.length - 1 : found;
}

/** The table's history: one handle travels in time, two show what changed between them. */
export function History({ name, table }: { readonly name: TableName; readonly table: TableInfo }) {
  const { t } = useTranslation();
  const snapshots = [...(table.snapshots ?? [])].sort((a, b) => a.id - b.id);
  const [now, setNow] = useState<number | null>(null);
  const [since, setSince] = useState<number | null>(null);
  if (snapshots.length === 0) return <div className={css.none}><EmptyState>{t("explorer.noSnapshots")}</EmptyState></div>;
  const keyed = (table.primaryKeys ?? []).length > 0;
  const b = placeOf(snapshots, now);
  const a = since === null ? undefined : placeOf(snapshots, since);
  const [chosen, from] = [snapshots[b] as SnapshotInfo, a === undefined ? undefined : (snapshots[a] as SnapshotInfo)];
  const move = (set: (id: number) => void) => (at: number) => set(snapshots[at]?.id ?? 0);
  const handles = [
    ...(a === undefined ? [] : [{ letter: "A", label: t("explorer.handleA"), at: a, onMove: move(setSince) }]),
    { letter: "B", label: t("explorer.handleB"), at: b, onMove: move(setNow) },
  ];
  const [older, newer] = from && from.id > chosen.id ? [chosen, from] : [from, chosen];
  return (
    <div className={css.split}>
      <div className={css.main}>
        <div className={css.legend}>
          <b>{t("explorer.changed")}</b>
          <span className="sp" />
          {(["append", "overwrite", "compact"] as const).map((tone) => <span key={tone} className={css.key}><i style={{ background: FILL[tone] }} />{t(`explorer.${tone}`)}</span>)}
          {keyed && snapshots.length > 1 && (
            <Button size="sm" icon={<IconGitCompare size={14} />} aria-pressed={from !== undefined} onClick={() => setSince(from ? null : (snapshots[Math.max(0, b - 1)]?.id ?? null))}>{t("explorer.compare")}</Button>
          )}
        </div>
        <Timeline snapshots={snapshots} tags={table.tags ?? []} handles={handles} onPick={move(setNow)} />
        {older && newer ? (
          <DiffTable name={name} from={older.id} to={newer.id} />
        ) : (
          <>
            <div className={css.travel} aria-live="polite"><b>{t("explorer.rowsAt", { id: chosen.id })}</b><Chip mono>{moment(chosen.at, true)}</Chip></div>
            <div className={css.grid}><PreviewGrid name={name} newest={table.snapshot} snapshot={chosen.id} total={undefined} /></div>
          </>
        )}
      </div>
      <SnapshotPanel name={name} table={table} snapshot={chosen} />
    </div>
  );
}
