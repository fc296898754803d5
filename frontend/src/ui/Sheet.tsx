import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./Dialog.module.css";

interface Props {
  readonly open: boolean;
  readonly label: string;
  readonly width: number;
  /** Distance from the top; centred without it. */
  readonly top?: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Sheet is the bare modal surface: scrim, focus kept inside, Esc and a click beside it close. */
export function Sheet({ open, label, width, top, onClose, children }: Props) {
  return (
    <Modal.Root opened={open} onClose={onClose} size={width} centered={top === undefined} lockScroll={false} padding={0} transitionProps={{ duration: 0 }} classNames={{ content: css.content ?? "", body: css.body ?? "", overlay: css.overlay ?? "" }} {...(top === undefined ? {} : { yOffset: top })}>
      <Modal.Overlay />
      <Modal.Content aria-label={label}>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
