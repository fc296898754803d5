import { IconDownload, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DashboardData } from "../../api/types";
import { duration } from "../../lib/format";
import { Button, IconButton } from "../../ui";
import { textIn, type DashboardDocument } from "../chart";
import css from "./Page.module.css";
import type { Period } from "./period";
import { PeriodPicker } from "./PeriodPicker";
import { readsOf } from "./queries";
import { Sources } from "./Sources";

interface Props {
  readonly document: DashboardDocument;
  readonly data: DashboardData | undefined;
  readonly period: Period | null;
  readonly running: boolean;
  readonly onPeriod: (period: Period | null) => void;
  readonly onRefresh: () => void;
  readonly onExport: () => void;
}

/** Stays on top while the tiles scroll: what is asked, how fresh the answer is, the way out. */
export function FilterBar({ document, data, period, running, onPeriod, onRefresh, onExport }: Props) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const filter = document.filters?.[0];
  return (
    <div className={css.bar}>
      <h1 className={css.title}>{textIn(document.title, language)}</h1>
      {filter && <PeriodPicker filter={filter} params={data?.params ?? {}} period={period} onChange={onPeriod} />}
      <span className="sp" />
      <span className={css.state} role="status">{running ? t("dashboard.running") : data?.elapsedMs === undefined ? "" : t("dashboard.took", { time: duration(data.elapsedMs) })}</span>
      <Sources reads={readsOf(data)} />
      <IconButton label={t("dashboard.refresh")} onClick={onRefresh}><IconRefresh size={16} /></IconButton>
      <Button kind="primary" icon={<IconDownload size={16} />} onClick={onExport}>{t("dashboard.export")}</Button>
    </div>
  );
}
