import { IconClock, IconGitBranch, IconKey, IconTerminal2 } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { TableInfo, TableRef } from "../../api/types";
import { bytes, count, moment } from "../../lib/format";
import { Button, Chip, Segmented, Select } from "../../ui";
import { LayerMark, layerOf } from "../catalog";
import css from "./Page.module.css";

/** The format of most tables, which goes without saying. */
const PLAIN_FORMAT = "parquet";
const SEGMENTS = 4;

interface Props {
  readonly table: TableInfo;
  readonly branches: readonly TableRef[];
  readonly branch: string;
  readonly onBranch: (branch: string) => void;
  readonly onQuery: () => void;
}

/** standing is how far a branch and main went since the branch began, in signs and in words. */
function standing({ base, ahead = 0, behind = 0 }: TableRef, t: TFunction): { readonly note?: string; readonly title?: string } {
  if (base === undefined || ahead + behind === 0) return {};
  return { note: [ahead > 0 && `+${count(ahead)}`, behind > 0 && `\u2212${count(behind)}`].filter(Boolean).join(" "), title: t("explorer.standing", { ahead: t("explorer.ahead", { count: ahead }), behind: t("explorer.behind", { count: behind }) }) };
}

/** Main and the table's branches. */
function BranchSwitch({ branches, branch, onBranch }: Pick<Props, "branches" | "branch" | "onBranch">) {
  const { t } = useTranslation();
  if (branches.length === 0) return null;
  const options = [{ value: "", label: "main" }, ...branches.map((own) => ({ value: own.name, label: own.name, ...standing(own, t) }))];
  if (options.length > SEGMENTS) return <Select label={t("explorer.branch")} value={branch} options={options} onChange={onBranch} icon={<IconGitBranch size={14} />} />;
  return <Segmented label={t("explorer.branch")} value={branch} options={options} onChange={onBranch} framed />;
}

/** The table's name and its facts: keys, merge engine, buckets, format, rows, size, files, newest snapshot. */
export function Header({ table, branches, branch, onBranch, onQuery }: Props) {
  const { t } = useTranslation();
  const format = table.options?.["file.format"] ?? PLAIN_FORMAT;
  const vectors = table.options?.["deletion-vectors.enabled"] === "true";
  return (
    <>
      <div className={css.line1}>
        <span className="t3">{table.database}</span>
        <span className="t3">/</span>
        <LayerMark layer={layerOf(table.name)} letters={false} />
        <h1 className={`${css.title} ell`}>{table.name}</h1>
        {table.kind === "view" && <Chip>{t("catalog.view")}</Chip>}
        <span className="sp" />
        <BranchSwitch branches={branches} branch={branch} onBranch={onBranch} />
        <Button kind="primary" icon={<IconTerminal2 size={16} />} onClick={onQuery}>{t("explorer.query")}</Button>
      </div>
      {table.kind !== "view" && <div className={css.line2}>
        {table.primaryKeys?.map((key) => <Chip key={key} tone="line"><IconKey size={12} aria-hidden />{key}</Chip>)}
        {table.partitionKeys?.map((key) => <Chip key={key} tone="line"><span className="t3">{t("explorer.partition")}</span>{key}</Chip>)}
        {table.mergeEngine && <Chip tone="line"><span className="t3">{t("explorer.merge")}</span>{table.mergeEngine}</Chip>}
        {table.buckets !== undefined && table.buckets > 0 && <Chip tone="line">{t("explorer.buckets", { count: table.buckets })}</Chip>}
        {table.sequenceGroups !== undefined && table.sequenceGroups > 0 && <Chip tone="line">{t("explorer.groups", { count: table.sequenceGroups })}</Chip>}
        {table.changelogProducer && table.changelogProducer !== "none" && <Chip tone="line"><span className="t3">{t("explorer.changelog")}</span>{table.changelogProducer}</Chip>}
        {vectors && <Chip tone="line">{t("explorer.vectors")}</Chip>}
        {format !== PLAIN_FORMAT && <Chip tone="line"><span className="t3">{t("explorer.format")}</span>{format}</Chip>}
        {(format !== PLAIN_FORMAT || vectors || table.mergeEngine || (table.partitionKeys ?? []).length > 0) && table.rows !== undefined && <span className={css.rule} />}
        {table.rows !== undefined && <span className={css.fact} title={table.mergeEngine ? t("explorer.recordsNote") : undefined}>{t(table.mergeEngine ? "explorer.records" : "explorer.rows", { count: table.rows, shown: count(table.rows) })}</span>}
        {table.bytes !== undefined && <span className={css.fact}>{bytes(table.bytes)}</span>}
        {table.files !== undefined && <span className={css.fact}>{t("explorer.files", { count: table.files })}</span>}
        {table.snapshot !== undefined && table.snapshot > 0 && (
          <Chip mono title={table.snapshotAt ? moment(table.snapshotAt, true) : ""}><IconClock size={12} aria-hidden />@{table.snapshot}{table.snapshotAt ? ` ${moment(table.snapshotAt)}` : ""}</Chip>
        )}
      </div>}
    </>
  );
}
