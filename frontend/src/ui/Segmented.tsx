import type { ReactNode } from "react";
import { cx } from "./cx";
import css from "./Tabs.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string; readonly icon?: ReactNode }[];
  readonly onChange: (value: string) => void;
}

export function Segmented({ label, value, options, onChange }: Props) {
  return (
    <span className={css.seg} role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} className={cx(option.value === value && css.pressed)} onClick={() => onChange(option.value)}>
          {option.icon}
          {option.label}
        </button>
      ))}
    </span>
  );
}
