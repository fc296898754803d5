import { Menu as Mantine } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import css from "./Menu.module.css";

export interface MenuEntry {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly shortcut?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** A line above it. */
  readonly divided?: boolean;
  /** A heading above it. */
  readonly heading?: string;
  readonly run: () => void;
}

interface Props {
  readonly target: ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly label: string;
  readonly align?: "start" | "end";
}

export function Menu({ target, entries, label, align = "end" }: Props) {
  return (
    <Mantine position={align === "end" ? "bottom-end" : "bottom-start"} offset={4} transitionProps={{ duration: 0 }} withinPortal returnFocus>
      <Mantine.Target>{target}</Mantine.Target>
      <Mantine.Dropdown className={css.drop} aria-label={label}>
        {entries.map((entry) => (
          <Fragment key={entry.key}>
            {entry.divided && <Mantine.Divider className={css.divider} />}
            {entry.heading && <Mantine.Label className={css.label}>{entry.heading}</Mantine.Label>}
            <Mantine.Item
              className={cx(css.item, entry.danger && css.danger)} leftSection={entry.icon} disabled={entry.disabled ?? false}
              rightSection={entry.shortcut ? <Kbd shortcut={entry.shortcut} /> : undefined} onClick={entry.run}
            >
              {entry.label}
            </Mantine.Item>
          </Fragment>
        ))}
      </Mantine.Dropdown>
    </Mantine>
  );
}
