import { Modal } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./IconButton";
import css from "./Dialog.module.css";

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly width?: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}

/** Dialog is a modal sheet with a title, a scrolling middle and a foot for its buttons. Esc closes it. */
export function Dialog({ open, title, width = 560, onClose, children, foot }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={open} onClose={onClose} size={width} centered withCloseButton={false} lockScroll={false} padding={0} transitionProps={{ duration: 0 }}
      aria-label={title} classNames={{ content: css.content ?? "", body: css.body ?? "", overlay: css.overlay ?? "" }} overlayProps={{ backgroundOpacity: 0 }}
    >
      <div className={css.head}>
        <h2 className={css.title}>{title}</h2>
        <span className="sp" />
        <IconButton label={t("common.close")} onClick={onClose}><IconX size={16} /></IconButton>
      </div>
      <div className={css.inner}>{children}</div>
      {foot && <div className={css.foot}>{foot}</div>}
    </Modal>
  );
}
