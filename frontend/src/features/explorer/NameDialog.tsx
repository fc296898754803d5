import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, TextField } from "../../ui";
import css from "./Page.module.css";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly onClose: () => void;
  readonly onName: (name: string) => void;
}

/** NameDialog asks for the name of a new tag or branch. */
export function NameDialog({ title, label, onClose, onName }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const done = () => name.trim() !== "" && onName(name.trim());
  return (
    <Dialog
      open title={title} width={420} onClose={onClose}
      foot={<><span className="sp" /><Button onClick={onClose}>{t("common.cancel")}</Button><Button kind="primary" disabled={name.trim() === ""} onClick={done}>{t("explorer.next")}</Button></>}
    >
      <label className={css.stack}>
        {label}
        <TextField aria-label={label} value={name} onChange={setName} onKeyDown={(event) => event.key === "Enter" && done()} />
      </label>
    </Dialog>
  );
}
