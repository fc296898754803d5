import type { InputHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";
import css from "./Field.module.css";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> {
  readonly icon?: ReactNode;
  readonly bad?: boolean;
  readonly onChange: (value: string) => void;
  readonly after?: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextField({ icon, bad, onChange, after, className, ref, ...rest }: Props) {
  return (
    <span className={cx(css.box, bad && css.bad, className)}>
      {icon}
      <input ref={ref} aria-invalid={bad} spellCheck={false} autoComplete="off" onChange={(e) => onChange(e.target.value)} {...rest} />
      {after}
    </span>
  );
}
