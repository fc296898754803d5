import { IconArrowBackUp, IconClockPlay, IconGitBranch, IconTag } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SnapshotInfo, TableInfo } from "../../api/types";
import { bytes, count, moment, signed } from "../../lib/format";
import { Chip, cx } from "../../ui";
import css from "./History.module.css";
import { Levels } from "./Levels";
import { NameDialog } from "./NameDialog";
import type { TableName } from "./queries";
import { type Pending, RunStatement } from "./RunStatement";
import { call, tableArgument } from "./statement";
import { unbucketed } from "./storage";
import { TONE, kindText, toneOf } from "./timeline";
import { useQueryTable } from "./useQueryTable";

/** One snapshot: what it holds, who names it, and what can be done from it. */
export function SnapshotPanel({ name, table, snapshot }: { readonly name: TableName; readonly table: TableInfo; readonly snapshot: SnapshotInfo }) {
  const { t } = useTranslation();
  const query = useQueryTable();
  const [asked, setAsked] = useState<"tag" | "branch" | null>(null);
  const [pending, setPending] = useState<Pending | null>(null);
  const own = tableArgument(name.database, name.table, name.branch);
  const tags = (table.tags ?? []).filter((tag) => tag.snapshot === snapshot.id);
  const branches = (name.branch === "" ? (table.branches ?? []) : []).filter((branch) => branch.base === snapshot.id);
  const keyed = (table.primaryKeys ?? []).length > 0;
  const latest = snapshot.id === table.snapshot;
  const byBucket = (table.storage ?? []).length > 0 && !unbucketed(table);
  const named = (made: string) => {
    const tag = asked === "tag";
    setAsked(null);
    setPending({
      title: t(tag ? "explorer.createTag" : "explorer.createBranch"),
      statement: tag ? call("create_tag", { table: own, tag: made, snapshot: snapshot.id }) : call("create_branch", { table: own, branch: made, snapshot: snapshot.id }),
    });
  };
  const rollback = () => setPending({
    title: t("explorer.rollback", { id: snapshot.id }), danger: true, statement: call("rollback", { table: own, snapshot: snapshot.id }), dry: call("rollback", { table: own, snapshot: snapshot.id, dry_run: true }), keyed,
  });
  const facts: [string, string][] = [
    [t(keyed ? "explorer.totalRecords" : "explorer.total"), snapshot.totalRows === undefined ? "0" : count(snapshot.totalRows)],
    [t(keyed ? "explorer.deltaRecords" : "explorer.delta"), signed(snapshot.deltaRows ?? 0)],
    ...(snapshot.changelogRows ? [[t("explorer.changelogRows"), count(snapshot.changelogRows)] as [string, string]] : []),
    ...(latest && !byBucket && table.files ? [[t("explorer.filesTab"), `${count(table.files)} · ${bytes(table.bytes ?? 0)}`] as [string, string]] : []),
    [t("explorer.schema"), String(snapshot.schema ?? 0)],
    ...(snapshot.watermark && snapshot.watermark > 0 ? [[t("explorer.watermark"), moment(new Date(snapshot.watermark).toISOString(), true)] as [string, string]] : []),
  ];
  return (
    <aside className={css.panel} aria-label={t("explorer.snapshotOf", { id: snapshot.id })}>
      <div>
        <h2>{t("explorer.snapshotOf", { id: snapshot.id })}<Chip tone={TONE[toneOf(snapshot.kind)]}>{kindText(snapshot.kind, t)}</Chip>{latest && <Chip>{t("explorer.latest")}</Chip>}</h2>
        <span className="t2">{moment(snapshot.at, true)}</span>
        {snapshot.user && <div className="t3 ell" title={snapshot.user}>{snapshot.user}</div>}
      </div>
      <div><h3>{t("explorer.contents")}</h3><dl>{facts.map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}=`}>{value}</dd>])}</dl></div>
      {latest && byBucket && <div><h3>{t("explorer.byBucket")}</h3><Levels storage={table.storage ?? []} keyed={keyed} /></div>}
      {tags.length + branches.length > 0 && (
        <div>
          <h3>{t("explorer.tagsAndBranches")}</h3>
          {tags.map((tag) => <div key={`tag ${tag.name}`} className={css.ref}><IconTag size={14} aria-hidden /><span className="ell" title={tag.name}>{tag.name}</span></div>)}
          {branches.map((branch) => <div key={`branch ${branch.name}`} className={css.ref}><IconGitBranch size={14} aria-hidden /><span className="ell" title={branch.name}>{branch.name}</span><span className="sp" /><span className="t3">{t("explorer.beginsHere")}</span></div>)}
        </div>
      )}
      <div>
        <h3>{t("explorer.fromHere")}</h3>
        <button type="button" className={css.act} onClick={() => void query(name, snapshot.id)}><IconClockPlay size={16} aria-hidden />{t("explorer.queryAsOf", { id: snapshot.id })}</button>
        <button type="button" className={css.act} onClick={() => setAsked("tag")}><IconTag size={16} aria-hidden />{t("explorer.createTag")}</button>
        <button type="button" className={css.act} onClick={() => setAsked("branch")}><IconGitBranch size={16} aria-hidden />{t("explorer.createBranch")}</button>
        {!latest && <button type="button" className={cx(css.act, css.danger)} onClick={rollback}><IconArrowBackUp size={16} aria-hidden />{t("explorer.rollback", { id: snapshot.id })}<small className="t3 ell">{t("explorer.showsDryRun")}</small></button>}
      </div>
      {asked && <NameDialog title={t(asked === "tag" ? "explorer.createTag" : "explorer.createBranch")} label={t(asked === "tag" ? "explorer.tagName" : "explorer.branchName")} onClose={() => setAsked(null)} onName={named} />}
      <RunStatement pending={pending} onClose={() => setPending(null)} />
    </aside>
  );
}
