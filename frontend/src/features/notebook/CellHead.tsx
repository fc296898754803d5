import { IconChartLine, IconDots, IconPlayerPlay, IconPlayerStop, IconTable } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Cell, Dialect, SnapshotRef } from "../../api/types";
import { IconButton, Menu, Segmented, Select } from "../../ui";
import { SnapshotChip } from "../catalog";
import { CellMeta } from "./CellMeta";
import { runCell } from "./commands";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";
import { useCellMenu } from "./useCellMenu";

const DIALECTS: readonly { readonly value: Dialect; readonly label: string }[] = [
  { value: "spark", label: "Spark SQL" },
  { value: "flink", label: "Flink SQL" },
  { value: "starrocks", label: "StarRocks" },
  { value: "duckdb", label: "DuckDB" },
];
const MOST_CHIPS = 2;

/** unique keeps the first mention of every table snapshot. */
export function unique(refs: readonly SnapshotRef[]): SnapshotRef[] {
  const seen = new Map(refs.map((ref) => [`${ref.table}@${ref.snapshot}`, ref]));
  return [...seen.values()];
}

function Name({ cell, readOnly }: { readonly cell: Cell; readonly readOnly: boolean }) {
  const { t } = useTranslation();
  const { session } = useNotebook();
  const [text, setText] = useState(cell.name ?? "");
  const keep = () => { if (text !== (cell.name ?? "")) session.edit([{ op: "setName", cell: cell.id, name: text.trim() }]); };
  return (
    <input
      className={css.name} aria-label={t("notebook.name")} title={t("notebook.nameNote")} placeholder={t("notebook.unnamed")} value={text} readOnly={readOnly} spellCheck={false}
      onChange={(event) => setText(event.target.value.replace(/[^\p{L}\p{N}_]/gu, "_"))} onBlur={keep}
      onKeyDown={(event) => { if (event.key === "Enter") event.currentTarget.blur(); if (event.key === "Escape") { setText(cell.name ?? ""); event.stopPropagation(); event.currentTarget.blur(); } }}
    />
  );
}

function Snapshots({ cell }: { readonly cell: Cell }) {
  const statements = cell.run?.statements ?? [];
  const reads = unique(statements.flatMap((statement) => statement.reads ?? []));
  const writes = unique(statements.flatMap((statement) => statement.writes ?? []).filter((write) => write.snapshot > 0));
  const shown = [...reads.map((snapshot) => ({ snapshot, access: "read" as const })), ...writes.map((snapshot) => ({ snapshot, access: "write" as const }))];
  if (shown.length === 0) return null;
  return (
    <span className={css.chips}>
      {shown.slice(-MOST_CHIPS).map(({ snapshot, access }) => <SnapshotChip key={access + snapshot.table + String(snapshot.snapshot)} snapshot={snapshot} access={access} />)}
      {shown.length > MOST_CHIPS && <span className={css.meta} title={shown.map(({ snapshot }) => `${snapshot.table}@${snapshot.snapshot}`).join("\n")}>+{shown.length - MOST_CHIPS}</span>}
    </span>
  );
}

interface Props {
  readonly cell: Cell;
  readonly hasResult: boolean;
  readonly ran: boolean;
  readonly onRan: () => void;
  readonly kindNote?: ReactNode;
}

/** The head of a cell that runs: run or stop, name, dialect, table or chart, state, snapshots, menu. */
export function CellHead({ cell, hasResult, ran, onRan, kindNote }: Props) {
  const { t } = useTranslation();
  const { session, readOnly } = useNotebook();
  const entries = useCellMenu(cell, ran, onRan);
  const busy = cell.run?.state === "running" || cell.run?.state === "queued";
  return (
    <div className={css.head}>
      {busy ? (
        <IconButton small label={t("notebook.stop")} onClick={() => void session.cancel()}><IconPlayerStop size={16} /></IconButton>
      ) : (
        <IconButton small label={t("notebook.run")} onClick={() => { session.select(cell.id, false); runCell(session, cell); }}><IconPlayerPlay size={16} /></IconButton>
      )}
      {kindNote ?? <Name key={cell.name ?? ""} cell={cell} readOnly={readOnly} />}
      {cell.kind === "sql" && <Select kind="small" label={t("notebook.dialect")} value={cell.dialect ?? "spark"} options={DIALECTS} disabled={readOnly} onChange={(value) => session.edit([{ op: "setDialect", cell: cell.id, dialect: value as Dialect }])} />}
      {hasResult && (
        <Segmented
          label={t("notebook.view")} value={cell.view ?? "table"} onChange={(view) => session.edit([{ op: "setView", cell: cell.id, view: view as "table" | "chart" }])}
          options={[{ value: "table", label: t("notebook.table"), icon: <IconTable size={14} /> }, { value: "chart", label: t("notebook.chart"), icon: <IconChartLine size={14} /> }]}
        />
      )}
      <span className="sp" />
      <CellMeta run={cell.run} />
      <Snapshots cell={cell} />
      <Menu label={t("notebook.cellMenu")} entries={entries} target={<IconButton small label={t("notebook.cellMenu")}><IconDots size={16} /></IconButton>} />
    </div>
  );
}
