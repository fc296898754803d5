import { IconGitCompare } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SnapshotInfo, TableInfo } from "../../api/types";
import { moment } from "../../lib/format";
import { Button, Chip, EmptyState, Select } from "../../ui";
import { DiffTable } from "./DiffTable";
import css from "./History.module.css";
import { PreviewGrid } from "./PreviewGrid";
import { type TableName, momentOf } from "./queries";
import { SnapshotPanel } from "./SnapshotPanel";
import { Timeline } from "./Timeline";
import { FILL, rangesOf, within } from "./timeline";

/** at is the place of a snapshot, or the nearest one that is still there. */
function placeOf(snapshots: readonly SnapshotInfo[], id: number | null): number {
  const found = snapshots.findIndex((snapshot) => id !== null && snapshot.id >= id);
  return found < 0 ? snapshots.length - 1 : found;
}

function rangeText(hours: number, t: TFunction): string {
  if (hours === 0) return t("explorer.allSnapshots");
  return hours > 36 ? t("explorer.lastDays", { count: hours / 24 }) : t("explorer.lastHours", { count: hours });
}

/** The table's history: one handle travels in time, two show what changed between them. */
export function History({ name, table }: { readonly name: TableName; readonly table: TableInfo }) {
  const { t } = useTranslation();
  const all = [...(table.snapshots ?? [])].sort((a, b) => a.id - b.id);
  const [opened] = useState(() => Date.now());
  const [hours, setHours] = useState(0);
  const ranges = rangesOf(all, opened);
  const snapshots = within(all, ranges.includes(hours) ? hours : 0, opened);
  const [now, setNow] = useState<number | null>(null);
  const [since, setSince] = useState<number | null>(null);
  if (snapshots.length === 0) return <div className={css.none}><EmptyState>{t("explorer.noSnapshots")}</EmptyState></div>;
  const keyed = (table.primaryKeys ?? []).length > 0;
  const changed = t(keyed ? "explorer.changedRecords" : "explorer.changed");
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
          <b>{changed}</b>
          <span className="sp" />
          {(["append", "overwrite", "compact"] as const).map((tone) => <span key={tone} className={css.key}><i style={{ background: FILL[tone] }} />{t(`explorer.${tone}`)}</span>)}
          {ranges.length > 0 && <Select label={t("explorer.range")} kind="small" value={String(hours)} options={[0, ...ranges].map((range) => ({ value: String(range), label: rangeText(range, t) }))} onChange={(value) => setHours(Number(value))} />}
          {keyed && snapshots.length > 1 && (
            <Button size="sm" icon={<IconGitCompare size={14} />} aria-pressed={from !== undefined} onClick={() => setSince(from ? null : (snapshots[Math.max(0, b - 1)]?.id ?? null))}>{t("explorer.compare")}</Button>
          )}
        </div>
        <Timeline label={changed} snapshots={snapshots} tags={table.tags ?? []} expired={name.branch === "" && snapshots.length === all.length ? (snapshots[0]?.id ?? 1) - 1 : 0} handles={handles} onPick={move(setNow)} />
        {older && newer ? (
          older.id === newer.id ? <EmptyState>{t("explorer.sameSnapshot")}</EmptyState> : (
            <DiffTable name={name} from={momentOf(name, older.id)} to={momentOf(name, newer.id)} title={t("explorer.changesFrom", { from: older.id, to: newer.id })} fileName={`${name.table}_${older.id}_${newer.id}`} />
          )
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
