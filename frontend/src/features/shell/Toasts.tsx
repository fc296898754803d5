import { IconAlertCircle, IconCircleCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { dismiss, useToasts } from "../../lib/toast";
import { Button, IconButton, Kbd, cx } from "../../ui";
import css from "./Toasts.module.css";

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className={css.stack} aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={cx(css.toast, toast.tone !== "plain" && css[toast.tone])} role={toast.tone === "danger" ? "alert" : "status"}>
          {toast.tone === "danger" && <IconAlertCircle size={16} aria-hidden />}
          {toast.tone === "ok" && <IconCircleCheck size={16} aria-hidden />}
          <span>{toast.text}</span>
          {toast.action && (
            <Button kind="accent" size="sm" onClick={() => { toast.action?.run(); dismiss(toast.id); }}>
              {toast.action.label}
              {toast.action.shortcut && <Kbd shortcut={toast.action.shortcut} />}
            </Button>
          )}
          {toast.tone === "danger" && <IconButton small label={t("common.close")} onClick={() => dismiss(toast.id)}><IconX size={14} /></IconButton>}
        </div>
      ))}
    </div>
  );
}
