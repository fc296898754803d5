import { IconArrowDown, IconArrowUp, IconCopy, IconDeviceFloppy, IconPlayerPlay, IconPlayerPlayFilled, IconPlayerSkipForward, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { type Action, useActions } from "../../lib/action";
import { t } from "../../lib/i18n";
import { toast } from "../../lib/toast";
import { copyCell, insertAbove, insertBelow, moveCell, pasteCell, runSelected, selectBy, selectedCell, turnInto } from "./commands";
import type { NotebookSession } from "./session";
import { runProblem } from "./SqlCell";
import type { Cell, Problem } from "../../api/types";

interface Options {
  readonly session: NotebookSession;
  readonly active: boolean;
  readonly remove: (cell: Cell) => void;
  readonly fix: (cell: Cell, problem: Problem | undefined) => boolean;
}

/** actionsOf are the notebook's actions with Jupyter's keys; letters work in command mode, where no field has the keyboard. */
export function actionsOf({ session, remove, fix }: Options, saveWithOutputs: () => void): Action[] {
  const writable = () => session.getState()?.doc.readOnly !== true;
  const has = () => selectedCell(session) !== undefined;
  const withCell = (act: (cell: Cell) => void) => () => { const cell = selectedCell(session); if (cell) act(cell); };
  const edit = (act: () => void): Pick<Action, "enabled" | "run"> => ({ enabled: () => writable() && has(), run: act });
  return [
    { id: "notebook.runAll", label: "notebook.runAll", group: "notebook", icon: IconPlayerPlayFilled, keys: ["Mod+Shift+Enter"], whileTyping: true, run: () => session.run({ mode: "all" }) },
    { id: "notebook.save", label: "notebook.saveNow", group: "notebook", icon: IconDeviceFloppy, keys: ["Mod+S"], whileTyping: true, run: () => session.flush() },
    { id: "notebook.saveWithOutputs", label: "notebook.saveWithOutputs", group: "notebook", icon: IconDeviceFloppy, enabled: writable, run: saveWithOutputs },
    { id: "notebook.undo", label: "notebook.undo", group: "notebook", keys: ["z"], enabled: writable, run: () => { session.undo(); } },
    { id: "notebook.redo", label: "notebook.redo", group: "notebook", keys: ["Shift+Z"], enabled: writable, run: () => { session.redo(); } },
    { id: "cell.runNext", label: "notebook.runNext", group: "cell", icon: IconPlayerPlay, keys: ["Shift+Enter"], whileTyping: true, enabled: has, run: () => runSelected(session, "next") },
    { id: "cell.run", label: "notebook.run", group: "cell", icon: IconPlayerPlay, keys: ["Mod+Enter"], whileTyping: true, enabled: has, run: () => runSelected(session, "stay") },
    { id: "cell.runInsert", label: "notebook.runInsert", group: "cell", icon: IconPlayerPlay, keys: ["Alt+Enter"], whileTyping: true, enabled: has, run: withCell((cell) => { if (!fix(cell, runProblem(cell))) runSelected(session, "insert"); }) },
    { id: "cell.runAbove", label: "notebook.runAbove", group: "cell", icon: IconPlayerSkipForward, keys: ["Mod+Shift+ArrowUp"], enabled: has, run: withCell((cell) => void session.run({ mode: "above", cell: cell.id })) },
    { id: "cell.runBelow", label: "notebook.runBelow", group: "cell", enabled: has, run: withCell((cell) => void session.run({ mode: "below", cell: cell.id })) },
    { id: "cell.edit", label: "notebook.edit", group: "cell", keys: ["Enter"], quiet: true, enabled: has, run: withCell((cell) => session.select(cell.id, true)) },
    { id: "cell.command", label: "notebook.command", group: "cell", keys: ["Escape"], whileTyping: true, quiet: true, enabled: () => session.getState()?.editing === true, run: withCell((cell) => session.select(cell.id, false)) },
    { id: "cell.next", label: "notebook.selectNext", group: "cell", keys: ["ArrowDown", "j"], quiet: true, enabled: has, run: () => selectBy(session, 1) },
    { id: "cell.previous", label: "notebook.selectPrevious", group: "cell", keys: ["ArrowUp", "k"], quiet: true, enabled: has, run: () => selectBy(session, -1) },
    { id: "cell.insertAbove", label: "notebook.insertAbove", group: "cell", icon: IconPlus, keys: ["a"], ...edit(() => insertAbove(session)) },
    { id: "cell.insertBelow", label: "notebook.insertBelow", group: "cell", icon: IconPlus, keys: ["b"], ...edit(() => insertBelow(session)) },
    { id: "cell.delete", label: "notebook.delete", group: "cell", icon: IconTrash, keys: ["d d"], ...edit(withCell(remove)) },
    { id: "cell.cut", label: "notebook.cut", group: "cell", keys: ["x"], quiet: true, ...edit(withCell((cell) => { copyCell(session); remove(cell); })) },
    { id: "cell.copy", label: "notebook.copyCell", group: "cell", icon: IconCopy, keys: ["c"], quiet: true, enabled: has, run: () => copyCell(session) },
    { id: "cell.paste", label: "notebook.paste", group: "cell", keys: ["v"], quiet: true, ...edit(() => pasteCell(session)) },
    { id: "cell.toText", label: "notebook.toText", group: "cell", keys: ["m"], ...edit(withCell((cell) => { if (cell.kind === "sql") turnInto(session, cell, "markdown"); })) },
    { id: "cell.toSql", label: "notebook.toSql", group: "cell", keys: ["y"], ...edit(withCell((cell) => { if (cell.kind === "markdown") turnInto(session, cell, "sql"); })) },
    { id: "cell.up", label: "notebook.moveUp", group: "cell", icon: IconArrowUp, keys: ["Alt+ArrowUp"], ...edit(withCell((cell) => moveCell(session, cell, -1))) },
    { id: "cell.down", label: "notebook.moveDown", group: "cell", icon: IconArrowDown, keys: ["Alt+ArrowDown"], ...edit(withCell((cell) => moveCell(session, cell, 1))) },
  ];
}

const NONE: readonly Action[] = [];

/** useNotebookActions offers them while this notebook is the one on screen. */
export function useNotebookActions(options: Options): void {
  const api = useApi();
  const { session, active, remove, fix } = options;
  const actions = useMemo(() => {
    const save = async () => {
      try {
        await session.flush();
        await api.saveWithOutputs(session.name);
        await session.load();
        toast(t("notebook.savedWithOutputs"), { tone: "ok" });
      } catch (error) {
        toast(asProblem(error).message, { tone: "danger" });
      }
    };
    return actionsOf({ session, active, remove, fix }, () => void save());
    // eslint-disable-next-line react-hooks/exhaustive-deps -- remove and fix close over the session only
  }, [api, session, active]);
  useActions(active ? actions : NONE);
}
