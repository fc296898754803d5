import { IconSql, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Cell } from "../../api/types";
import { IconButton, Tabs } from "../../ui";
import type { Focus } from "./context";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";
import { Profile } from "./Profile";

export interface OutlineEntry {
  readonly cell: string;
  readonly title: string;
  readonly level: number;
}

/** outlineOf lists the headings, and the named cells below them. */
export function outlineOf(cells: readonly Cell[]): OutlineEntry[] {
  return cells.flatMap((cell) => {
    if (cell.kind === "markdown") return [...cell.source.matchAll(/^(#{1,3})\s+(.+)$/gm)].map((match) => ({ cell: cell.id, title: match[2]?.trim() ?? "", level: match[1]?.length ?? 1 }));
    return cell.name ? [{ cell: cell.id, title: cell.name, level: 0 }] : [];
  });
}

function Outline({ cells }: { readonly cells: readonly Cell[] }) {
  const { t } = useTranslation();
  const { session } = useNotebook();
  const entries = outlineOf(cells);
  const go = (id: string) => { session.select(id, false); document.querySelector(`[data-cell="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "start" }); };
  if (entries.length === 0) return <p className="t3">{t("notebook.noOutline")}</p>;
  return (
    <div className={css.outline}>
      {entries.map((entry, i) => (
        <button key={i} type="button" onClick={() => go(entry.cell)} className={entry.level > 0 ? css.heading : undefined} style={{ paddingLeft: 8 + Math.max(0, entry.level === 0 ? 1 : entry.level - 1) * 16 }}>
          {entry.level === 0 && <IconSql size={14} aria-hidden />}
          <span className="ell">{entry.title}</span>
        </button>
      ))}
    </div>
  );
}

interface Props {
  readonly focus: Focus | null;
  readonly cells: readonly Cell[];
  readonly onClose: () => void;
}

/** The right drawer: the profile of the selected column, and the outline. The selection drives it. */
export function Drawer({ focus, cells, onClose }: Props) {
  const { t } = useTranslation();
  const [tab, setTab] = useState("profile");
  return (
    <aside className={css.drawer} aria-label={t("notebook.drawer")}>
      <div className={css.drawerHead}>
        <Tabs tall label={t("notebook.drawer")} tabs={[{ key: "profile", label: t("notebook.profile") }, { key: "outline", label: t("notebook.outline") }]} active={tab} onChange={setTab} />
        <span className="sp" />
        <IconButton label={t("common.close")} onClick={onClose}><IconX size={16} /></IconButton>
      </div>
      <div className={css.drawerBody} role="tabpanel" aria-label={t(`notebook.${tab}`)}>
        {tab === "outline" ? <Outline cells={cells} /> : focus ? <Profile focus={focus} /> : <p className="t3">{t("notebook.noFocus")}</p>}
      </div>
    </aside>
  );
}
