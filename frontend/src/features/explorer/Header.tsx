import { IconClock, IconGitBranch, IconKey, IconTerminal2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TableInfo, TableRef } from "../../api/types";
import { bytes, count, moment } from "../../lib/format";
import { Button, Chip, Segmented, Select } from "../../ui";
import { LayerMark, layerOf } from "../catalog";
import css from "./Page.module.css";

const SHOWN_OPTIONS = ["file.format", "file.compression"];
const SEGMENTS = 4;

interface Props {
  readonly table: TableInfo;
  readonly branches: readonly TableRef[];
  readonly branch: string;
  readonly onBranch: (branch: string) => void;
  readonly onQuery: () => void;
}

/** Main and the table's branches. */
function BranchSwitch({ branches, branch, onBranch }: Pick<Props, "branches" | "branch" | "onBranch">) {
  const { t } = useTranslation();
  if (branches.length === 0) return null;
  const options = [{ value: "", label: "main" }, ...branches.map(({ name }) => ({ value: name, label: name }))];
  if (options.length > SEGMENTS) return <Select label={t("explorer.branch")} value={branch} options={options} onChange={onBranch} icon={<IconGitBranch size={14} />} />;
  return <Segmented label={t("explorer.branch")} value={branch} options={options} onChange={onBranch} framed />;
}

/** The table's name and its facts: keys, merge engine, buckets, format, rows, size, files, newest snapshot. */
export function Header({ table, branches, branch, onBranch, onQuery }: Props) {
  const { t } = useTranslation();
  const options = Object.entries(table.options ?? {}).filter(([name]) => SHOWN_OPTIONS.includes(name));
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
      <div className={css.line2}>
        {table.primaryKeys?.map((key) => <Chip key={key} tone="line"><IconKey size={12} aria-hidden />{key}</Chip>)}
        {table.partitionKeys?.map((key) => <Chip key={key} tone="line"><span className="t3">{t("explorer.partition")}</span>{key}</Chip>)}
        {table.mergeEngine && <Chip tone="line"><span className="t3">{t("explorer.merge")}</span>{table.mergeEngine}</Chip>}
        {table.buckets !== undefined && table.buckets > 0 && <Chip tone="line">{t("explorer.buckets", { count: table.buckets })}</Chip>}
        {table.sequenceGroups !== undefined && table.sequenceGroups > 0 && <Chip tone="line">{t("explorer.groups", { count: table.sequenceGroups })}</Chip>}
        {table.changelogProducer && table.changelogProducer !== "none" && <Chip tone="line"><span className="t3">{t("explorer.changelog")}</span>{table.changelogProducer}</Chip>}
        {options.map(([name, value]) => <Chip key={name} tone="line"><span className="t3">{name.replace(/^file\./, "")}</span>{value}</Chip>)}
        {(options.length > 0 || table.mergeEngine || (table.partitionKeys ?? []).length > 0) && table.rows !== undefined && <span className={css.rule} />}
        {table.rows !== undefined && <span className={css.fact}>{t(table.mergeEngine ? "explorer.records" : "explorer.rows", { count: table.rows, shown: count(table.rows) })}</span>}
        {table.bytes !== undefined && <span className={css.fact}>{bytes(table.bytes)}</span>}
        {table.files !== undefined && <span className={css.fact}>{t("explorer.files", { count: table.files })}</span>}
        {table.snapshot !== undefined && table.snapshot > 0 && (
          <Chip mono title={table.snapshotAt ? moment(table.snapshotAt, true) : ""}><IconClock size={12} aria-hidden />@{table.snapshot}{table.snapshotAt ? ` ${moment(table.snapshotAt)}` : ""}</Chip>
        )}
      </div>
    </>
  );
}
