import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { useTranslation } from "react-i18next";
import { runAction } from "../../lib/action";
import { SqlEditor } from "../query";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";
import type { CellProps } from "./SqlCell";

const KEYS = {
  "Shift-Enter": () => runAction("cell.runNext"),
  "Mod-Enter": () => runAction("cell.run"),
  "Alt-Enter": () => runAction("cell.runInsert"),
  Escape: () => runAction("cell.command"),
};
/** Pictures are left out: the page asks no other machine for anything. */
const FORBIDDEN = ["img", "iframe", "script", "style"];

export function MarkdownCell({ cell, editing }: CellProps) {
  const { t } = useTranslation();
  const { session, readOnly } = useNotebook();
  if (editing && !readOnly) {
    return (
      <div className={css.last} style={{ overflow: "hidden" }}>
        <SqlEditor
          value={cell.source} dialect="markdown" label={t("notebook.textCell")} lineNumbers={false} keys={KEYS} focused
          onChange={(source) => { if (source !== cell.source) session.edit([{ op: "setSource", cell: cell.id, source }]); }} onFocus={() => session.select(cell.id, true)}
        />
      </div>
    );
  }
  return (
    <div className={css.markdown}>
      {cell.source.trim() === "" ? <p className={css.empty}>{t("notebook.emptyText")}</p> : <Markdown remarkPlugins={[remarkGfm]} disallowedElements={FORBIDDEN} skipHtml components={{ a: ({ href, children }) => <a href={href} target="_blank" rel="noreferrer noopener">{children}</a> }}>{cell.source}</Markdown>}
    </div>
  );
}
