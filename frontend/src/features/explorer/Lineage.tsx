import { IconArrowRight, IconEye, IconLayoutDashboard, IconNotebook, IconTable } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { moment } from "../../lib/format";
import { openDocument } from "../../lib/navigation";
import { Chip, EmptyState, ErrorState, Skeleton } from "../../ui";
import { LayerMark, layerOf } from "../catalog";
import css from "./Lineage.module.css";
import { type Neighbour, lineageOf, names } from "./lineage";
import page from "./Page.module.css";
import { type TableName, useBooks, useReaders } from "./queries";

const TONE = { writes: "accent", reads: "ok", names: "plain" } as const;

function Side({ title, list, views, none }: { readonly title: string; readonly list: readonly Neighbour[]; readonly views: readonly string[]; readonly none: string }) {
  const open = (name: string) => openDocument({ kind: "table", name, title: name.slice(name.indexOf(".") + 1) });
  return (
    <section className={css.side} aria-label={title}>
      <h2>{title}</h2>
      {list.map(({ table, by }) => (
        <button key={table} type="button" className={css.node} onClick={() => open(table)}>
          <LayerMark layer={layerOf(table.slice(table.indexOf(".") + 1))} letters={false} />
          <span><span className="ell" title={table}>{table}</span>{by.length > 0 && <small className="t3 ell" title={by.join(", ")}>{by.join(", ")}</small>}</span>
        </button>
      ))}
      {views.map((name) => (
        <button key={name} type="button" className={css.node} onClick={() => open(name)}><IconEye size={14} aria-hidden /><span><span className="ell" title={name}>{name}</span></span></button>
      ))}
      {list.length + views.length === 0 && <p className="t3">{none}</p>}
    </section>
  );
}

/** Where a table comes from and goes to, as the last runs of the workspace's cells did it; who names it. */
export function Lineage({ name, viewText }: { readonly name: TableName; readonly viewText: string | undefined }) {
  const { t } = useTranslation();
  const own = `${name.database}.${name.table}`;
  const books = useBooks();
  const readers = useReaders();
  const failed = books.error ?? readers.error;
  if (failed) return <ErrorState message={asProblem(failed).message} hint={asProblem(failed).hint} />;
  if (!books.data || !readers.data) return <Skeleton rows={6} label={t("common.loading")} />;
  const { from, to, uses } = lineageOf(own, books.data);
  const { tables, views, dashboards } = readers.data;
  const origins = viewText === undefined ? [] : tables.filter((table) => table !== own && names(viewText, table)).map((table) => ({ table, by: [] }));
  const behind = views.filter((view) => view.name !== own && names(view.text, own)).map((view) => view.name);
  const shown = dashboards.filter(({ sql }) => names(sql, own));
  return (
    <div className={css.stack}>
      <div className={css.flow}>
        <Side title={t("explorer.comesFrom")} list={[...from, ...origins]} views={[]} none={t("explorer.noOrigin")} />
        <IconArrowRight size={16} aria-hidden />
        <section className={css.side}><h2>{t("explorer.thisTable")}</h2><div className={css.self}><LayerMark layer={layerOf(name.table)} letters={false} /><span className="ell" title={own}>{own}</span></div></section>
        <IconArrowRight size={16} aria-hidden />
        <Side title={t("explorer.goesTo")} list={to} views={behind} none={t("explorer.noUse")} />
      </div>
      <h2 className={css.title}>{t("explorer.usedBy")}</h2>
      {uses.length + shown.length === 0 ? <EmptyState>{t("explorer.unused")}</EmptyState> : (
        <table className={page.table}>
          <thead><tr><th>{t("explorer.where")}</th><th>{t("explorer.does")}</th><th className={page.right}>{t("explorer.snapshot")}</th><th>{t("explorer.lastRun")}</th></tr></thead>
          <tbody>
            {uses.map((use) => (
              <tr key={`${use.notebook}/${use.cell}`}>
                <td><button type="button" className={css.link} onClick={() => openDocument({ kind: "notebook", name: use.notebook, title: use.notebook })}><IconNotebook size={14} aria-hidden />{use.notebook}<span className="t3">›</span>{use.label}</button></td>
                <td><Chip tone={TONE[use.does]}>{t(`explorer.${use.does}`)}</Chip></td>
                <td className={page.right}>{use.snapshot ? `#${use.snapshot}` : ""}</td>
                <td className="t2">{use.at ? moment(use.at, true) : ""}</td>
              </tr>
            ))}
            {shown.map(({ name: dashboard, title, dataset }) => (
              <tr key={`dashboard ${dashboard}/${dataset}`}>
                <td><button type="button" className={css.link} onClick={() => openDocument({ kind: "dashboard", name: dashboard, title })}><IconLayoutDashboard size={14} aria-hidden />{title}<span className="t3">›</span>{dataset}</button></td>
                <td><Chip tone="ok">{t("explorer.reads")}</Chip></td><td /><td />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="t3"><IconTable size={14} aria-hidden className={css.inline} />{t("explorer.lineageNote")}</p>
    </div>
  );
}
