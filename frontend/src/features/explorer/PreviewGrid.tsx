import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { count } from "../../lib/format";
import { Button, ErrorState, Skeleton } from "../../ui";
import { ResultGrid } from "../result";
import css from "./Page.module.css";
import { type TableName, usePreview } from "./queries";

interface Props {
  readonly name: TableName;
  readonly newest: number | undefined;
  readonly snapshot?: number;
  /** Rows of the table, where they are known. */
  readonly total: number | undefined;
}

/** The first rows of a table, now or at a snapshot. */
export function PreviewGrid({ name, newest, snapshot, total }: Props) {
  const { t } = useTranslation();
  const preview = usePreview(name, newest, snapshot);
  if (preview.isPending) return <div className={css.pad}><Skeleton rows={6} label={t("common.loading")} /></div>;
  if (preview.isError) {
    const problem = asProblem(preview.error);
    return <div className={css.pad}><ErrorState message={problem.message} hint={problem.hint} action={<Button onClick={() => void preview.refetch()}>{t("common.tryAgain")}</Button>} /></div>;
  }
  const note = total !== undefined && preview.data.rows < total ? <span className="t3">{t("explorer.firstOf", { total: count(total) })}</span> : undefined;
  // Until a snapshot's rows are there the last one's stay, dimmed.
  return <div className={css.rows} aria-busy={preview.isPlaceholderData}><ResultGrid result={preview.data} label={t("explorer.previewOf", { table: name.table })} fileName={name.table} rows="fill" note={note} /></div>;
}
