import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TableRef } from "../../api/types";
import { Segmented } from "../../ui";
import { DiffTable } from "./DiffTable";
import css from "./Files.module.css";
import { type TableName, momentOf } from "./queries";

/** A branch against main as both are now, or against itself as it began: its own changes alone. */
export function BranchDiff({ name, branch }: { readonly name: TableName; readonly branch: TableRef }) {
  const { t } = useTranslation();
  const [since, setSince] = useState(false);
  const [own, main] = [{ ...name, branch: branch.name }, { ...name, branch: "" }];
  const views = [{ value: "main", label: t("explorer.againstMain") }, { value: "base", label: t("explorer.ownChanges") }];
  return (
    <div className={css.compare}>
      <DiffTable
        name={own} from={since ? momentOf(own, branch.base) : momentOf(main)} to={momentOf(own)} fileName={`${name.table}_${branch.name}_${since ? branch.base : "main"}`}
        title={since ? t("explorer.branchSince", { branch: branch.name, base: branch.base }) : t("explorer.branchAgainstMain", { branch: branch.name })}
      >
        {branch.base !== undefined && <Segmented label={t("explorer.compare")} value={since ? "base" : "main"} options={views} onChange={(value) => setSince(value === "base")} />}
      </DiffTable>
    </div>
  );
}
