import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import css from "./Dialog.module.css";
import { IconButton } from "./IconButton";
import { Sheet } from "./Sheet";

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly width?: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}

/** Dialog is a modal sheet with a title, a scrolling middle and a foot for its buttons. */
export function Dialog({ open, title, width = 560, onClose, children, foot }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet open={open} label={title} width={width} onClose={onClose}>
      <div className={css.head}>
        <h2 className={css.title}>{title}</h2>
        <span className="sp" />
        <IconButton label={t("common.close")} onClick={onClose}><IconX size={16} /></IconButton>
      </div>
      <div className={css.inner} tabIndex={-1} data-autofocus>{children}</div>
      {foot && <div className={css.foot}>{foot}</div>}
    </Sheet>
  );
}
