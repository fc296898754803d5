import { IconCircleCheck, IconCircleX, IconLoader2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count, duration, percent } from "../../lib/format";
import { cx } from "../../ui";
import { LayerMark } from "../catalog";
import type { Step } from "./steps";
import css from "./Welcome.module.css";

function Sign({ step, number }: { readonly step: Step; readonly number: number }) {
  if (step.state === "ok") return <IconCircleCheck size={16} className={css.ok} aria-hidden />;
  if (step.state === "error") return <IconCircleX size={16} className={css.bad} aria-hidden />;
  if (step.state === "running") return <IconLoader2 size={16} className={css.spin} aria-hidden />;
  return <span className={css.number}>{number}</span>;
}

function Note({ step, idle }: { readonly step: Step; readonly idle: boolean }) {
  const { t } = useTranslation();
  if (step.state === "error") return <span className={css.bad}>{t("welcome.stepFailed")}</span>;
  if (step.state === "ok" && step.key === "load" && step.rows > 0) return <span>{t("welcome.rowsIn", { rows: count(step.rows), time: duration(step.elapsedMs) })}</span>;
  if (step.state === "ok" && step.total > 0) return <span>{t("welcome.cellsIn", { cells: step.total, time: duration(step.elapsedMs) })}</span>;
  if (step.state === "running" && step.key === "dashboard") return <span>{t("welcome.opening")}</span>;
  if (step.state === "running") return <span>{step.layer === "" ? percent(step.progress) : `${step.layer.toUpperCase()}, ${percent(step.progress)}`}</span>;
  if (step.key === "build") return <span className={css.layers}><LayerMark layer="ods" /><LayerMark layer="dwd" /><LayerMark layer="ads" /></span>;
  if (!idle && step.total > 0) return <span>{t("welcome.cells", { count: step.total })}</span>;
  return <span title={t(`welcome.step.${step.key}Note`)}>{t(`welcome.step.${step.key}Note`)}</span>;
}

/** The four steps from files to a dashboard; they tick as the real job runs. */
export function Steps({ steps, idle }: { readonly steps: readonly Step[]; readonly idle: boolean }) {
  const { t } = useTranslation();
  return (
    <ol className={css.steps} aria-label={t("welcome.steps")}>
      {steps.map((step, i) => (
        <li key={step.key} className={css.step} data-state={step.state} data-step={step.key}>
          <div className={cx(css.stepHead, step.state !== "idle" && css.stepOn)}>
            <Sign step={step} number={i + 1} />
            <span>{t(`welcome.step.${step.key}`)}</span>
          </div>
          <div className={cx(css.stepNote, "ell")}><Note step={step} idle={idle} /></div>
          {step.state === "running" && <i className={css.progress} style={{ width: `${step.progress * 100}%` }} />}
        </li>
      ))}
    </ol>
  );
}
