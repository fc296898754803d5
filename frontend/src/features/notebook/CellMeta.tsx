import { IconCircleCheck, IconCircleDashed, IconCircleX, IconClockPause, IconPlayerStop, IconPoint, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CellRun } from "../../api/types";
import { count, duration, percent } from "../../lib/format";
import { Chip, ProgressBar, cx } from "../../ui";
import css from "./Notebook.module.css";

/** left guesses the rest of a run from its share and its time. */
export function left(run: CellRun): number | undefined {
  const spent = run.elapsedMs ?? 0;
  if (!run.progress || run.progress < 0.05 || spent < 1000) return undefined;
  return (spent / run.progress) * (1 - run.progress);
}

/** A cell's state in words, sign and colour, with time and rows. */
export function CellMeta({ run }: { readonly run: CellRun | undefined }) {
  const { t } = useTranslation();
  const state = run?.state ?? "idle";
  const time = run?.elapsedMs === undefined ? "" : duration(run.elapsedMs);
  if (state === "running") {
    const rest = run ? left(run) : undefined;
    return (
      <span className={css.meta} role="status">
        <ProgressBar value={run?.progress} label={t("notebook.running")} accent width={96} />
        {run?.progress === undefined ? t("notebook.running") : percent(run.progress)}
        {rest !== undefined && t("notebook.left", { time: duration(rest) })}
      </span>
    );
  }
  if (state === "queued") return <span className={css.meta}><IconClockPause size={14} aria-hidden />{t("notebook.queued")}</span>;
  if (state === "idle") return <span className={css.meta}><IconPoint size={14} aria-hidden />{t("notebook.notRun")}</span>;
  if (state === "cancelled") return <span className={css.meta}><IconPlayerStop size={14} aria-hidden />{t("notebook.stopped")}</span>;
  if (state === "error") return <span className={cx(css.meta, css.metaBad)}><IconCircleX size={14} aria-hidden />{time === "" ? t("notebook.failed") : t("notebook.failedIn", { time })}</span>;
  return (
    <>
      {state === "stale" ? <Chip tone="stale"><IconRefresh size={12} aria-hidden />{t("notebook.stale")}</Chip> : <span className={cx(css.meta, css.metaOk)}>{time === "" ? <IconCircleDashed size={14} aria-hidden /> : <IconCircleCheck size={14} aria-hidden />}{time === "" ? t("notebook.earlier") : time}</span>}
      {run?.rows !== undefined && <><span className={css.rule} /><span className={css.meta}>{t("notebook.rows", { count: run.rows, shown: count(run.rows) })}</span></>}
    </>
  );
}
