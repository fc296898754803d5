import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useApi } from "./api/context";
import { keys, runningJob, useJobs } from "./api/queries";
import { closeAllTabs, showDialog } from "./lib/navigation";
import { Button, Dialog } from "./ui";
import css from "./App.module.css";

/** Asks before a workspace is closed while a job runs. */
export function LeaveDialog({ open }: { readonly open: boolean }) {
  const { t } = useTranslation();
  const api = useApi();
  const client = useQueryClient();
  const job = runningJob(useJobs().data);
  const leave = async () => {
    if (job) await api.cancelJob(job.id).catch(() => undefined);
    client.setQueryData(keys.workspace, await api.closeWorkspace());
    closeAllTabs();
    showDialog(null);
  };
  return (
    <Dialog
      open={open} title={t("leave.title")} width={440} onClose={() => showDialog(null)}
      foot={<><span className="sp" /><Button onClick={() => showDialog(null)}>{t("leave.stay")}</Button><Button kind="danger" onClick={() => void leave()}>{t("leave.leave")}</Button></>}
    >
      <p className={css.note}>{t("leave.note", { title: job?.title ?? "" })}</p>
    </Dialog>
  );
}
