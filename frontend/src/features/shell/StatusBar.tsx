import { IconPlayerStop, IconWifiOff, IconWorld } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import type { LinkState } from "../../api/events";
import { runningJob, useAbout, useJobs, useStatus, useWorkspace } from "../../api/queries";
import type { Job } from "../../api/types";
import { memory, percent } from "../../lib/format";
import { ProgressBar, cx } from "../../ui";
import css from "./StatusBar.module.css";

function Running({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const api = useApi();
  return (
    <div className={cx(css.group, css.job)}>
      <span>{t("status.running")}</span>
      <span className="t3 ell">{job.title}</span>
      <ProgressBar value={job.progress} label={job.title} accent />
      {job.progress !== undefined && <span className="num">{percent(job.progress)}</span>}
      <button type="button" className={css.stop} onClick={() => void api.cancelJob(job.id)}>
        <IconPlayerStop size={14} aria-hidden />
        {t("status.stop")}
      </button>
    </div>
  );
}

/** StatusBar says what the engine is doing: its link, memory, the running job, and how many requests left this machine. */
export function StatusBar({ link }: { readonly link: LinkState }) {
  const { t } = useTranslation();
  const about = useAbout().data;
  const status = useStatus();
  const workspace = useWorkspace().data;
  const job = runningJob(useJobs().data);
  const sent = status?.requestsSent ?? 0;
  return (
    <footer className={css.bar}>
      <div className={css.group} role="status">
        <i className={cx(css.led, link === "lost" && css.lost, link === "connecting" && css.wait)} />
        {link === "lost" ? t("status.lost") : <span>DuckDB {about?.duckdb.replace(/^v/, "")}</span>}
        <span className="t3">{t("status.local")}</span>
      </div>
      {status && (
        <div className={cx(css.group, "num")}>
          {t("status.memory", { used: memory(status.memoryBytes), limit: memory(status.memoryLimitBytes) })}
          <ProgressBar value={status.memoryLimitBytes > 0 ? status.memoryBytes / status.memoryLimitBytes : 0} label={t("status.memoryLabel")} />
        </div>
      )}
      {job && <Running job={job} />}
      <span className="sp" />
      <div className={css.group}>
        {sent === 0 ? <IconWifiOff size={14} aria-hidden /> : <IconWorld size={14} aria-hidden />}
        <span className="num">{t("status.sent", { count: sent })}</span>
      </div>
      {workspace?.open && workspace.readOnly && <div className={css.group}>{t("status.readOnly")}</div>}
      {workspace?.timeZone && <div className={css.group}>{workspace.timeZone}</div>}
    </footer>
  );
}
