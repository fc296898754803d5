import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";
import css from "./Button.module.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: "default" | "primary" | "quiet" | "accent" | "danger";
  readonly size?: "sm" | "md" | "lg";
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = "default", size = "md", icon, className, children, ...rest }: Props) {
  return (
    <button type="button" className={cx(css.button, kind !== "default" && css[kind], size !== "md" && css[size], className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}
