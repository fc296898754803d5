import { IconKey } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TableInfo } from "../../api/types";
import { TypeIcon } from "../grid";
import { Chip } from "../../ui";
import css from "./Page.module.css";

export function Columns({ table }: { readonly table: TableInfo }) {
  const { t } = useTranslation();
  return (
    <table className={css.table}>
      <thead>
        <tr><th className={`${css.right} ${css.index}`}>#</th><th>{t("explorer.column")}</th><th>{t("explorer.type")}</th><th>{t("explorer.nulls")}</th><th>{t("explorer.comment")}</th></tr>
      </thead>
      <tbody>
        {table.columns.map((column, i) => (
          <tr key={column.name}>
            <td className={`${css.right} t3`}>{i + 1}</td>
            <td>
              <span className={css.name}>
                <TypeIcon kind={column.kind} />
                {column.name}
                {table.primaryKeys?.includes(column.name) && <Chip tone="line"><IconKey size={12} aria-hidden />{t("explorer.key")}</Chip>}
                {table.partitionKeys?.includes(column.name) && <Chip tone="line">{t("explorer.partition")}</Chip>}
              </span>
            </td>
            <td className={css.code}>{column.type}</td>
            <td className="t2">{column.nullable ? t("explorer.nullable") : t("explorer.notNull")}</td>
            <td className="t2">{column.comment}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
