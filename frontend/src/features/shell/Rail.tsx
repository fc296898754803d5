import { IconDatabase, IconHelp, IconLayoutDashboard, IconNotebook } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { runAction } from "../../lib/action";
import { IconButton } from "../../ui";
import { Mark } from "./Mark";
import { SideBar } from "./SideBar";
import css from "./SideBar.module.css";

/** The folded side bar: icons that slide the full bar over the page. */
export function Rail() {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const toggle = () => setOver(!over);
  return (
    <>
      <aside className={css.rail} aria-label={t("shell.rail")}>
        <span className={css.mark}><Mark /></span>
        <IconButton label={t("shell.notebooks")} on={over} onClick={toggle}><IconNotebook size={18} /></IconButton>
        <IconButton label={t("catalog.title")} onClick={toggle}><IconDatabase size={18} /></IconButton>
        <IconButton label={t("shell.dashboards")} onClick={toggle}><IconLayoutDashboard size={18} /></IconButton>
        <span className="sp" />
        <IconButton label={t("action.shortcuts")} onClick={() => runAction("app.shortcuts")}><IconHelp size={18} /></IconButton>
      </aside>
      {over && <div className={css.over} onClick={(e) => { if ((e.target as HTMLElement).closest('[role="treeitem"][aria-level="1"]:not([aria-expanded]), [role="treeitem"][aria-level="3"]')) setOver(false); }}><SideBar /></div>}
    </>
  );
}
