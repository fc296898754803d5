import { IconChevronDown, IconFolderOpen, IconLayoutSidebar, IconLogout, IconSearch, IconSettings } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "../../api/queries";
import { runAction, shortcutOf } from "../../lib/action";
import { toggleRail } from "../../lib/navigation";
import { IconButton, Kbd, Menu } from "../../ui";
import { Mark } from "./Mark";
import css from "./Shell.module.css";
import { TabStrip } from "./TabStrip";

export function TopBar({ folded }: { readonly folded: boolean }) {
  const { t } = useTranslation();
  const workspace = useWorkspace().data;
  const entries = [
    { key: "open", label: t("action.openFolder"), icon: <IconFolderOpen size={16} />, shortcut: shortcutOf("workspace.open"), run: () => runAction("workspace.open") },
    { key: "close", label: t("action.closeWorkspace"), icon: <IconLogout size={16} />, run: () => runAction("workspace.close") },
  ];
  return (
    <header className={css.top}>
      <div className={css.ws}>
        {!folded && <Mark />}
        {!folded && (
          <Menu
            label={t("shell.workspace")} entries={entries} align="start"
            target={
              <button type="button" className={css.wsName} title={workspace?.path}>
                <span className="ell">{workspace?.name}</span>
                <IconChevronDown size={14} aria-hidden />
              </button>
            }
          />
        )}
        {!folded && <span className="sp" />}
        <IconButton label={t("action.toggleSide")} onClick={toggleRail}><IconLayoutSidebar size={16} /></IconButton>
      </div>
      <TabStrip />
      <div className={css.right}>
        <button type="button" className={css.find} onClick={() => runAction("app.palette")}>
          <IconSearch size={16} aria-hidden />
          <span className="ell">{t("shell.find")}</span>
          <span className="sp" />
          <Kbd shortcut="Mod+K" joined />
        </button>
        <IconButton label={t("action.settings")} onClick={() => runAction("app.settings")}><IconSettings size={16} /></IconButton>
      </div>
    </header>
  );
}
