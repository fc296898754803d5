import { useTranslation } from "react-i18next";
import type { SourceInspection } from "../../api/types";
import { bytes } from "../../lib/format";
import css from "./Folder.module.css";

/** The first rows of a file, as text. */
export function SourcePreview({ source }: { readonly source: SourceInspection }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="t2">{t("events.found", { path: source.path, count: source.files, size: bytes(source.bytes ?? 0), columns: source.columns.length })}</p>
      <div className={css.preview} tabIndex={0} role="region" aria-label={t("events.preview")}>
        <table>
          <thead>
            <tr>{source.columns.map((column) => <th key={column.name}>{column.name}<small>{column.type}</small></th>)}</tr>
          </thead>
          <tbody>
            {source.rows.map((row, i) => (
              <tr key={i}>{row.map((value, j) => <td key={j}>{value === null ? <span className={css.null}>NULL</span> : value}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
