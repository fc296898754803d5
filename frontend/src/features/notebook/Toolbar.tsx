import { IconDeviceFloppy, IconDots, IconLayoutSidebarRight, IconPlayerPlayFilled, IconPlayerStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { runAction, shortcutOf } from "../../lib/action";
import { Button, IconButton, Menu, cx } from "../../ui";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";
import { ParameterField } from "./ParameterField";
import type { NotebookState } from "./state";

interface Props {
  readonly state: NotebookState;
  readonly drawer: boolean;
  readonly onDrawer: () => void;
  /** The cell that holds the parameters is on screen, so the bar need not repeat them. */
  readonly parametersSeen: boolean;
}

/** The bar of the document: parameters left, actions right, one filled button. */
export function Toolbar({ state, drawer, onDrawer, parametersSeen }: Props) {
  const { t } = useTranslation();
  const { session } = useNotebook();
  const entries = [
    { key: "above", label: t("notebook.runAbove"), shortcut: shortcutOf("cell.runAbove"), run: () => runAction("cell.runAbove") },
    { key: "undo", label: t("notebook.undo"), shortcut: "z", disabled: state.undo.length === 0, divided: true, run: () => session.undo() },
    { key: "redo", label: t("notebook.redo"), shortcut: "Shift+Z", disabled: state.redo.length === 0, run: () => session.redo() },
    { key: "outputs", label: t("notebook.saveWithOutputs"), icon: <IconDeviceFloppy size={16} />, divided: true, run: () => runAction("notebook.saveWithOutputs") },
  ];
  return (
    <div className={css.bar}>
      <div className={css.params}>{parametersSeen ? <h1 className={css.docTitle}>{state.doc.title}</h1> : state.doc.parameters.map((parameter) => <ParameterField key={parameter.name} parameter={parameter} short />)}</div>
      <span className="sp" />
      <span className={cx(css.saved, state.save === "failed" && css.failed)} role="status">{state.save === "saved" ? "" : t(`notebook.save.${state.save}`)}</span>
      <Menu label={t("common.more")} entries={entries} target={<IconButton label={t("common.more")}><IconDots size={16} /></IconButton>} />
      <IconButton label={t("notebook.drawer")} on={drawer} onClick={onDrawer}><IconLayoutSidebarRight size={16} /></IconButton>
      {state.job ? (
        <Button icon={<IconPlayerStop size={16} />} onClick={() => void session.cancel()}>{t("status.stop")}</Button>
      ) : (
        <Button kind="primary" icon={<IconPlayerPlayFilled size={16} />} onClick={() => runAction("notebook.runAll")}>{t("notebook.runAll")}</Button>
      )}
    </div>
  );
}
