import { IconLayoutDashboard, IconNotebook, IconTable, IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDashboards } from "../../api/queries";
import { type DocumentKind, closeTab, showTab, tabKey, useNavigation } from "../../lib/navigation";
import { cx } from "../../ui";
import css from "./Shell.module.css";

const ICONS: Record<DocumentKind, typeof IconTable> = { notebook: IconNotebook, table: IconTable, dashboard: IconLayoutDashboard };

export function TabStrip() {
  const { t } = useTranslation();
  const tabs = useNavigation((nav) => nav.tabs);
  const active = useNavigation((nav) => nav.active);
  const dashboards = useDashboards().data;
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    // What it gives back, a promise in newer browsers, is not the effect's.
    strip.current?.querySelector("[aria-current=page]")?.parentElement?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [active, tabs.length]);
  return (
    <nav ref={strip} className={css.tabs} aria-label={t("shell.openDocuments")}>
      {tabs.map((tab) => {
        const key = tabKey(tab);
        const Icon = ICONS[tab.kind];
        const title = (tab.kind === "dashboard" && dashboards?.find((doc) => doc.name === tab.name)?.title) || tab.title;
        return (
          <div key={key} className={cx(css.tab, key === active && css.tabOn)} onAuxClick={(e) => e.button === 1 && closeTab(key)}>
            <button type="button" aria-current={key === active ? "page" : undefined} title={tab.name} onClick={() => showTab(key)}>
              <Icon size={16} aria-hidden />
              <span className="ell">{title}</span>
            </button>
            <button type="button" className={css.close} aria-label={t("shell.closeTab", { name: title })} onClick={() => closeTab(key)}>
              <IconX size={14} aria-hidden />
            </button>
          </div>
        );
      })}
    </nav>
  );
}
