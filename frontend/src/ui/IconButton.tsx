import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";
import css from "./Button.module.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Says what it does; shown on hover and read aloud. */
  readonly label: string;
  readonly small?: boolean;
  readonly on?: boolean;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, small, on, className, children, ...rest }: Props) {
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={on} className={cx(css.icon, small && css.sm, on && css.on, className)} {...rest}>
      {children}
    </button>
  );
}
