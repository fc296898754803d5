import { cx } from "./cx";
import css from "./States.module.css";

interface Props {
  /** 0..1; undefined while unknown. */
  readonly value: number | undefined;
  readonly label: string;
  readonly accent?: boolean;
  readonly width?: number;
}

export function ProgressBar({ value, label, accent, width }: Props) {
  const now = value === undefined ? {} : { "aria-valuenow": Math.round(value * 100) };
  return (
    <span className={css.track} style={width ? { width } : undefined} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...now}>
      <i className={cx(css.fill, accent && css.accent, value === undefined && css.moving)} style={value === undefined ? undefined : { width: `${Math.min(100, value * 100)}%` }} />
    </span>
  );
}
