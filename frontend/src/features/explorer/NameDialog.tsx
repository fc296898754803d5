import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, TextField } from "../../ui";
import css from "./Page.module.css";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly note?: string | undefined;
  readonly onClose: () => void;
  readonly onName: (name: string) => void;
}

/** focusField puts the cursor into the dialog's field, after the dialog has taken the focus. */
function focusField(label: HTMLLabelElement | null) {
  if (label) setTimeout(() => label.querySelector("input")?.focus(), 60);
}

/** NameDialog asks for the name of a new tag or branch. */
export function NameDialog({ title, label, note, onClose, onName }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const done = () => name.trim() !== "" && onName(name.trim());
  return (
    <Dialog
      open title={title} width={420} onClose={onClose}
      foot={<><span className="sp" /><Button onClick={onClose}>{t("common.cancel")}</Button><Button kind="primary" disabled={name.trim() === ""} onClick={done}>{t("explorer.next")}</Button></>}
    >
      {note && <p className={css.note}>{note}</p>}
      <label className={css.stack} ref={focusField}>
        {label}
        <TextField aria-label={label} value={name} onChange={setName} onKeyDown={(event) => event.key === "Enter" && done()} />
      </label>
    </Dialog>
  );
}
