import { IconGitBranch, IconPlus, IconTag } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TableInfo, TableRef } from "../../api/types";
import { moment } from "../../lib/format";
import { Button, EmptyState } from "../../ui";
import { BranchDiff } from "./BranchDiff";
import css from "./Files.module.css";
import { NameDialog } from "./NameDialog";
import type { TableName } from "./queries";
import { type Pending, RunStatement } from "./RunStatement";
import { call, tableArgument } from "./statement";

interface Props {
  readonly name: TableName;
  readonly table: TableInfo;
  readonly onBranch: (branch: string) => void;
}

function Ref({ reference, kind, children }: { readonly reference: TableRef; readonly kind: "branch" | "tag"; readonly children: React.ReactNode }) {
  const { t } = useTranslation();
  const { base, ahead = 0, behind = 0 } = reference;
  const standing = base === undefined ? "" : t("explorer.standing", { ahead: t("explorer.ahead", { count: ahead }), behind: t("explorer.behind", { count: behind }) });
  return (
    <div className={css.ref} data-ref={reference.name}>
      {kind === "branch" ? <IconGitBranch size={16} aria-hidden /> : <IconTag size={16} aria-hidden />}
      <span className="ell" title={reference.name}>{reference.name}</span>
      <span className="num t2">{reference.snapshot ? `#${reference.snapshot}` : t("explorer.emptyBranch")}</span>
      <span className="t3">{reference.at && reference.snapshot ? moment(reference.at, true) : ""}</span>
      <span className="t2 num ell" title={standing}>{standing}</span>
      <span className={css.acts}>{children}</span>
    </div>
  );
}

/** Branches and tags: make them, look at them, fast-forward, delete. */
export function Refs({ name, table, onBranch }: Props) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<"tag" | "branch" | { readonly tag: string } | null>(null);
  const [compared, setCompared] = useState("");
  const [pending, setPending] = useState<Pending | null>(null);
  const main = tableArgument(name.database, name.table, "");
  const own = tableArgument(name.database, name.table, name.branch);
  const [branches, tags] = [table.branches ?? [], table.tags ?? []];
  const remove = (kind: "branch" | "tag", what: string) => {
    const [procedure, of] = kind === "branch" ? ["delete_branch", main] : ["delete_tag", own];
    setPending({ title: t(kind === "branch" ? "explorer.deleteBranch" : "explorer.deleteTag", { name: what }), danger: true, ...(kind === "branch" && what === name.branch ? { done: () => onBranch("") } : {}), statement: call(procedure, { table: of, [kind]: what }), dry: call(procedure, { table: of, [kind]: what, dry_run: true }) });
  };
  const forward = ({ name: branch }: TableRef) => setPending({
    title: t("explorer.fastForward"), note: t("explorer.fastForwardNote", { branch }), danger: true, statement: call("fast_forward", { table: main, branch }), dry: call("fast_forward", { table: main, branch, dry_run: true }), keyed,
  });
  const keyed = (table.primaryKeys ?? []).length > 0;
  const against = branches.find((branch) => branch.name === compared);
  const named = (made: string) => {
    const tag = asked === "tag";
    const from = typeof asked === "object" && asked ? { tag: asked.tag } : { snapshot: table.snapshot || undefined };
    setAsked(null);
    setPending({ title: t(tag ? "explorer.createTag" : "explorer.createBranch"), statement: tag ? call("create_tag", { table: own, tag: made }) : call("create_branch", { table: own, branch: made, ...from }) });
  };
  return (
    <div className={css.stack}>
      <h2 className={css.title}>{t("explorer.branches")}<Button size="sm" icon={<IconPlus size={14} />} onClick={() => setAsked("branch")}>{t("explorer.createBranch")}…</Button></h2>
      {branches.length === 0 && <EmptyState>{t("explorer.noBranches")}</EmptyState>}
      <div className={css.list}>{branches.map((branch) => (
        <Ref key={branch.name} reference={branch} kind="branch">
          <Button size="sm" onClick={() => onBranch(branch.name)}>{t("explorer.open")}</Button>
          {keyed && <Button size="sm" aria-pressed={compared === branch.name} onClick={() => setCompared(compared === branch.name ? "" : branch.name)}>{t("explorer.compare")}</Button>}
          {branch.snapshot !== undefined && branch.snapshot > 0 && <Button size="sm" onClick={() => forward(branch)}>{t("explorer.fastForward")}…</Button>}
          <Button size="sm" kind="danger" onClick={() => remove("branch", branch.name)}>{t("explorer.delete")}…</Button>
        </Ref>
      ))}</div>
      {against && <BranchDiff key={compared} name={name} branch={against} />}
      <h2 className={css.title}>{t("explorer.tags")}<Button size="sm" icon={<IconPlus size={14} />} disabled={!table.snapshot} onClick={() => setAsked("tag")}>{t("explorer.createTag")}…</Button></h2>
      {tags.length === 0 && <EmptyState>{t("explorer.noTags")}</EmptyState>}
      <div className={css.list}>{tags.map((tag) => (
        <Ref key={tag.name} reference={tag} kind="tag">
          <Button size="sm" onClick={() => setAsked({ tag: tag.name })}>{t("explorer.branchHere")}…</Button>
          <Button size="sm" kind="danger" onClick={() => remove("tag", tag.name)}>{t("explorer.delete")}…</Button>
        </Ref>
      ))}</div>
      {asked && <NameDialog title={t(asked === "tag" ? "explorer.createTag" : "explorer.createBranch")} label={t(asked === "tag" ? "explorer.tagName" : "explorer.branchName")} note={typeof asked === "object" ? t("explorer.fromTag", { tag: asked.tag }) : undefined} onClose={() => setAsked(null)} onName={named} />}
      <RunStatement pending={pending} onClose={() => setPending(null)} />
    </div>
  );
}
