import { IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { toast } from "../../lib/toast";
import { IconButton } from "../../ui";
import { SqlEditor } from "../query";
import css from "./Page.module.css";

export function Ddl({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation();
  const copy = () => void navigator.clipboard.writeText(text).then(() => toast(t("explorer.copied")), () => toast(t("explorer.copyFailed"), { tone: "danger" }));
  return (
    <div className={css.ddl}>
      <div className={css.ddlHead}>
        {label}
        <span className="sp" />
        <IconButton small label={t("common.copy")} onClick={copy}><IconCopy size={14} /></IconButton>
      </div>
      <SqlEditor value={text.trimEnd()} dialect="spark" label={label} readOnly />
    </div>
  );
}
