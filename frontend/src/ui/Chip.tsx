import type { HTMLAttributes, ReactNode } from "react";
import { cx } from "./cx";
import css from "./Chip.module.css";

interface Props extends HTMLAttributes<HTMLSpanElement> {
  readonly tone?: "plain" | "line" | "ok" | "danger" | "warn" | "stale" | "accent";
  readonly mono?: boolean;
  readonly children: ReactNode;
}

export function Chip({ tone = "plain", mono, className, children, ...rest }: Props) {
  return (
    <span className={cx(css.chip, tone !== "plain" && css[tone], mono && css.mono, className)} {...rest}>
      {children}
    </span>
  );
}
