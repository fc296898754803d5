import { caps } from "../lib/keys";
import css from "./Kbd.module.css";

/** Kbd draws a shortcut; `joined` puts it on one cap ("Ctrl K"). */
export function Kbd({ shortcut, joined = false }: { readonly shortcut: string; readonly joined?: boolean }) {
  if (shortcut === "") return null;
  const parts = caps(shortcut);
  if (joined) return <kbd className={css.key}>{parts.join(" ")}</kbd>;
  return (
    <span className={css.keys}>
      {parts.map((part, i) => (
        <kbd key={i} className={css.key}>{part}</kbd>
      ))}
    </span>
  );
}
