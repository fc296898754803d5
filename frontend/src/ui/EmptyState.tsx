import type { ReactNode } from "react";
import css from "./States.module.css";

/** One sentence and one thing to do. */
export function EmptyState({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span>{children}</span>
      <span className="sp" />
      {action}
    </div>
  );
}
