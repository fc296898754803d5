import { IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { cx } from "./cx";
import css from "./Field.module.css";

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface Props {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
  readonly kind?: "field" | "small" | "bare";
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
  readonly className?: string | undefined;
}

/** Select is the system's own list: it works with every screen reader and input method. */
export function Select({ label, value, options, onChange, kind = "field", icon, disabled, className }: Props) {
  return (
    <span className={cx(css.box, kind !== "field" && css[kind], className)}>
      {icon}
      <select aria-label={label} value={value} disabled={disabled} onChange={(e) => onChange(e.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>{option.label}</option>
        ))}
      </select>
      <IconChevronDown size={kind === "field" ? 14 : 12} className={css.caret} aria-hidden />
    </span>
  );
}
