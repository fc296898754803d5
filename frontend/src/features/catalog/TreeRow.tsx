import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { cx } from "../../ui";
import css from "./Tree.module.css";

interface Props {
  readonly level: number;
  readonly kind: "database" | "layer" | "table" | "loose" | "column" | "plain";
  readonly selected?: boolean;
  readonly expanded?: boolean | undefined;
  readonly bad?: boolean;
  readonly title?: string;
  readonly onOpen?: () => void;
  readonly onExpand?: (open: boolean) => void;
  readonly children: ReactNode;
}

/** One row of the tree: Enter opens, right and left unfold and fold, up and down move. */
export function TreeRow({ level, kind, selected, expanded, bad, title, onOpen, onExpand, children }: Props) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected) row.current?.scrollIntoView?.({ block: "nearest" });
  }, [selected]);
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    const rows = [...(event.currentTarget.closest('[role="tree"]')?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [])];
    const at = rows.indexOf(event.currentTarget);
    if (event.key === "ArrowDown") rows[at + 1]?.focus();
    else if (event.key === "ArrowUp") rows[at - 1]?.focus();
    else if (event.key === "ArrowRight") { if (expanded) rows[at + 1]?.focus(); else onExpand?.(true); }
    else if (event.key === "ArrowLeft") onExpand?.(false);
    else if (event.key === "Enter" || event.key === " ") (onOpen ?? (() => onExpand?.(!expanded)))();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={row} role="treeitem" tabIndex={0} aria-level={level} aria-selected={selected ?? false} aria-expanded={expanded} title={title} onKeyDown={keys}
      className={cx(css.row, css[kind], selected && css.on, expanded && css.open, bad && css.bad)} onClick={onOpen ?? (() => onExpand?.(!expanded))}
    >
      {children}
    </div>
  );
}
