import { IconAlertCircle, IconLayoutDashboard, IconNotebook, IconPlus, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDashboards, useNotebooks } from "../../api/queries";
import type { DocumentInfo } from "../../api/types";
import { runAction } from "../../lib/action";
import { type DocumentKind, openDocument, tabKey, useNavigation } from "../../lib/navigation";
import { IconButton, TextField } from "../../ui";
import { CatalogTree, TreeRow, fits } from "../catalog";
import css from "./SideBar.module.css";

function Head({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={css.head}>
      <h2 className={css.title}>{title}</h2>
      <span className="sp" />
      {children}
    </div>
  );
}

function Documents({ kind, documents, filter, label }: { readonly kind: DocumentKind; readonly documents: readonly DocumentInfo[]; readonly filter: string; readonly label: string }) {
  const active = useNavigation((nav) => nav.active);
  const Icon = kind === "notebook" ? IconNotebook : IconLayoutDashboard;
  const shown = documents.filter((doc) => filter === "" || fits(doc.title, filter) || fits(doc.name, filter));
  return (
    <div role="tree" aria-label={label}>
      {shown.map((doc) => {
        const title = kind === "notebook" ? doc.name : doc.title;
        return (
          <TreeRow key={doc.name} level={1} kind="plain" selected={active === tabKey({ kind, name: doc.name })} bad={doc.problem !== undefined} title={doc.problem?.message ?? doc.title} onOpen={() => openDocument({ kind, name: doc.name, title })}>
            {doc.problem ? <IconAlertCircle size={16} aria-hidden /> : <Icon size={16} aria-hidden />}
            <span className="ell">{title}</span>
          </TreeRow>
        );
      })}
    </div>
  );
}

export function SideBar() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState("");
  const notebooks = useNotebooks().data ?? [];
  const dashboards = useDashboards().data ?? [];
  return (
    <aside className={css.side} aria-label={t("shell.side")}>
      <TextField className={css.filter} icon={<IconSearch size={14} aria-hidden />} placeholder={t("shell.filter")} aria-label={t("shell.filter")} value={filter} onChange={setFilter} onKeyDown={(e) => e.key === "Escape" && setFilter("")} />
      <div className={css.scroll}>
        <Head title={t("shell.notebooks")}>
          <IconButton small label={t("action.newNotebook")} onClick={() => runAction("notebook.new")}><IconPlus size={14} /></IconButton>
        </Head>
        <Documents kind="notebook" documents={notebooks} filter={filter} label={t("shell.notebooks")} />
        <Head title={t("catalog.title")} />
        <CatalogTree filter={filter} />
        {dashboards.length > 0 && <Head title={t("shell.dashboards")} />}
        <Documents kind="dashboard" documents={dashboards} filter={filter} label={t("shell.dashboards")} />
      </div>
    </aside>
  );
}
