import { IconEye, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SnapshotRef } from "../../api/types";
import { openDocument } from "../../lib/navigation";
import { Chip } from "../../ui";
import css from "./SnapshotChip.module.css";

interface Props {
  readonly snapshot: SnapshotRef;
  readonly access: "read" | "write";
}

/** SnapshotChip names the snapshot that was read (eye) or written (pencil); a click opens the table. */
export function SnapshotChip({ snapshot, access }: Props) {
  const { t } = useTranslation();
  const name = snapshot.table.split(".").at(-1) ?? snapshot.table;
  const text = snapshot.snapshot > 0 ? `${name}@${snapshot.snapshot}` : name;
  const title = t(access === "read" ? "catalog.readSnapshot" : "catalog.wroteSnapshot", { table: snapshot.table, snapshot: snapshot.snapshot });
  return (
    <button type="button" className={css.button} title={title} aria-label={title} onClick={() => openDocument({ kind: "table", name: snapshot.table, title: name })}>
      <Chip mono>
        {access === "read" ? <IconEye size={12} aria-hidden /> : <IconPencil size={12} aria-hidden />}
        <span className="ell">{text}</span>
      </Chip>
    </button>
  );
}
