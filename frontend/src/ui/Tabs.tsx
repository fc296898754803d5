import type { KeyboardEvent } from "react";
import { cx } from "./cx";
import css from "./Tabs.module.css";

export interface TabEntry {
  readonly key: string;
  readonly label: string;
  /** As it is written. */
  readonly count?: string | number | undefined;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly TabEntry[];
  readonly active: string;
  readonly onChange: (key: string) => void;
  readonly tall?: boolean;
}

/** Tabs with roving focus: arrows move, the shown panel follows. */
export function Tabs({ label, tabs, active, onChange, tall }: Props) {
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.key === active);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.key);
    (event.currentTarget.querySelector(`[data-key="${next.key}"]`) as HTMLElement | null)?.focus();
  };
  return (
    <div className={cx(css.tabs, tall && css.tall)} role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.key} type="button" role="tab" data-key={tab.key} aria-selected={tab.key === active} tabIndex={tab.key === active ? 0 : -1}
          className={cx(css.tab, tab.key === active && css.on)} onClick={() => onChange(tab.key)}
        >
          {tab.label}
          {tab.count !== undefined && <em>{tab.count}</em>}
        </button>
      ))}
    </div>
  );
}
