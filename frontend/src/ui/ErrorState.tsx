import { IconAlertCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import css from "./States.module.css";

interface Props {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly source?: string | undefined;
  readonly action?: ReactNode;
}

/** What went wrong, what to do, and a button for it. */
export function ErrorState({ message, hint, source, action }: Props) {
  return (
    <div className={css.error} role="alert">
      <IconAlertCircle size={16} />
      <div className="sp">
        <div>{message}</div>
        {hint && <div className={css.hint}>{hint}</div>}
        {source && <div className={css.source}>{source}</div>}
      </div>
      {action}
    </div>
  );
}
