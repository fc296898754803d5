import { Popover } from "@mantine/core";
import { IconCalendar, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, cx } from "../../ui";
import { rangeText, textIn, toTime, type FilterSpec } from "../chart";
import css from "./Page.module.css";
import { isRange, presetDays, presets, type Period } from "./period";

interface Props {
  readonly filter: FilterSpec;
  /** The values that held, with data_from and data_to. */
  readonly params: Readonly<Record<string, string>>;
  readonly period: Period | null;
  readonly onChange: (period: Period | null) => void;
}

/** The date range: presets counted from the data's last day, or two dates. */
export function PeriodPicker({ filter, params, period, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const [open, setOpen] = useState(false);
  const active = period === null ? (filter.default ?? "all") : "preset" in period ? period.preset : "custom";
  const from = toTime(params["from"]);
  const to = toTime(params["to"]);
  const label = active === "custom" ? t("dashboard.custom") : active === "all" ? t("dashboard.allDays") : t("dashboard.lastDays", { count: presetDays(active) ?? 0 });
  const choose = (next: Period): void => {
    onChange("preset" in next && next.preset === (filter.default ?? "all") ? null : next);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" offset={4} transitionProps={{ duration: 0 }} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={cx(css.pill, period !== null && css.pillOn)} aria-label={`${textIn(filter.title, language) || filter.name}: ${label}`} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconCalendar size={16} aria-hidden />
          <b>{label}</b>
          {from !== null && to !== null && <span>{rangeText(from, to, language)}</span>}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={css.drop}>
        <div className={css.presets} role="group" aria-label={t("dashboard.presets")}>
          {presets.map((preset) => (
            <button key={preset} type="button" aria-pressed={active === preset} className={cx(css.preset, active === preset && css.presetOn)} onClick={() => choose({ preset })}>
              {preset === "all" ? t("dashboard.allDays") : t("dashboard.lastDays", { count: presetDays(preset) ?? 0 })}
            </button>
          ))}
        </div>
        <Dates key={`${params["from"]}${params["to"]}`} params={params} onChange={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Dates({ params, onChange }: { readonly params: Props["params"]; readonly onChange: (period: Period) => void }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(params["from"] ?? "");
  const [to, setTo] = useState(params["to"] ?? "");
  const bounds = { min: params["data_from"] || undefined, max: params["data_to"] || undefined };
  return (
    <form
      className={css.dates}
      onSubmit={(event) => {
        event.preventDefault();
        if (isRange(from, to)) onChange({ from, to });
      }}
    >
      <label>{t("dashboard.from")}<input type="date" value={from} {...bounds} onChange={(e) => setFrom(e.target.value)} /></label>
      <label>{t("dashboard.to")}<input type="date" value={to} {...bounds} onChange={(e) => setTo(e.target.value)} /></label>
      <Button type="submit" disabled={!isRange(from, to)}>{t("dashboard.apply")}</Button>
    </form>
  );
}
