import type { ReactNode } from "react";
import { cx } from "./cx";
import css from "./Tabs.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string; readonly icon?: ReactNode; readonly note?: string; readonly title?: string }[];
  readonly onChange: (value: string) => void;
  /** A choice of a form has a frame; a switch of view has none. */
  readonly framed?: boolean;
}

export function Segmented({ label, value, options, onChange, framed }: Props) {
  return (
    <span className={cx(css.seg, framed && css.framed)} role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" title={option.title} aria-pressed={option.value === value} className={cx(option.value === value && css.pressed)} onClick={() => onChange(option.value)}>
          {option.icon}
          {option.label}
          {option.note && <em>{option.note}</em>}
        </button>
      ))}
    </span>
  );
}
