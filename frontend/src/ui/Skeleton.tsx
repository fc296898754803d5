import css from "./States.module.css";

const WIDTHS = ["72%", "48%", "60%", "36%", "54%", "42%"];

/** The shape of what is coming; appears only after 0.3 s. */
export function Skeleton({ rows = 4, label }: { readonly rows?: number; readonly label: string }) {
  return (
    <div className={css.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className={css.bar} style={{ width: WIDTHS[i % WIDTHS.length] }} />
      ))}
    </div>
  );
}
