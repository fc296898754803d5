import { IconArrowDown, IconArrowUp, IconCode, IconCopy, IconFold, IconMarkdown, IconPlayerSkipForward, IconPlayerTrackNext, IconPlus, IconSql, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Cell } from "../../api/types";
import { toast } from "../../lib/toast";
import type { MenuEntry } from "../../ui";
import { deleteCell, duplicateCell, insertCell, moveCell, turnInto } from "./commands";
import { before } from "./edits";
import { useNotebook } from "./context";

/** useRemove deletes a cell and offers to take it back. */
export function useRemove(): (cell: Cell) => void {
  const { t } = useTranslation();
  const { session } = useNotebook();
  return (cell) => {
    deleteCell(session, cell);
    toast(t("notebook.deleted", { name: cell.name || t(`notebook.kind.${cell.kind}`) }), { action: { label: t("common.undo"), shortcut: "z", run: () => session.undo() } });
  };
}

/** useCellMenu lists what can be done with one cell; keys are those of Jupyter. */
export function useCellMenu(cell: Cell, ran: boolean, onRan: () => void): MenuEntry[] {
  const { t } = useTranslation();
  const { session, readOnly } = useNotebook();
  const remove = useRemove();
  const runs = cell.kind === "sql" || cell.kind === "python";
  const entries: (MenuEntry | false)[] = [
    runs && { key: "above", label: t("notebook.runAbove"), icon: <IconPlayerSkipForward size={16} />, run: () => void session.run({ mode: "above", cell: cell.id }) },
    runs && { key: "below", label: t("notebook.runBelow"), icon: <IconPlayerTrackNext size={16} />, run: () => void session.run({ mode: "below", cell: cell.id }) },
    cell.kind === "sql" && { key: "ran", label: t(ran ? "notebook.hideRan" : "notebook.showRan"), icon: <IconCode size={16} />, disabled: !cell.run?.statements?.some((statement) => statement.duckSql), run: onRan },
    { key: "fold", label: t(cell.collapsed ? "notebook.unfold" : "notebook.fold"), icon: <IconFold size={16} />, run: () => session.edit([{ op: "setCollapsed", cell: cell.id, collapsed: !cell.collapsed }]) },
    { key: "up", label: t("notebook.moveUp"), icon: <IconArrowUp size={16} />, shortcut: "Alt+ArrowUp", disabled: readOnly, divided: true, run: () => moveCell(session, cell, -1) },
    { key: "down", label: t("notebook.moveDown"), icon: <IconArrowDown size={16} />, shortcut: "Alt+ArrowDown", disabled: readOnly, run: () => moveCell(session, cell, 1) },
    { key: "duplicate", label: t("notebook.duplicate"), icon: <IconCopy size={16} />, disabled: readOnly, run: () => duplicateCell(session, cell) },
    { key: "insertAbove", label: t("notebook.insertAbove"), icon: <IconPlus size={16} />, shortcut: "a", disabled: readOnly, run: () => { const doc = session.getState()?.doc; if (doc) insertCell(session, before(doc, cell.id), "sql"); } },
    { key: "insertBelow", label: t("notebook.insertBelow"), icon: <IconPlus size={16} />, shortcut: "b", disabled: readOnly, run: () => insertCell(session, cell.id, "sql") },
    cell.kind === "markdown" && { key: "toSql", label: t("notebook.toSql"), icon: <IconSql size={16} />, shortcut: "y", disabled: readOnly, run: () => turnInto(session, cell, "sql") },
    cell.kind === "sql" && { key: "toText", label: t("notebook.toText"), icon: <IconMarkdown size={16} />, shortcut: "m", disabled: readOnly, run: () => turnInto(session, cell, "markdown") },
    { key: "delete", label: t("common.delete"), icon: <IconTrash size={16} />, shortcut: "d d", danger: true, divided: true, disabled: readOnly, run: () => remove(cell) },
  ];
  return entries.filter((entry): entry is MenuEntry => entry !== false);
}
