import { IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { toast } from "../../lib/toast";
import { Button, Dialog } from "../../ui";
import type { DashboardDocument } from "../chart";
import css from "./Page.module.css";

interface Props {
  readonly document: DashboardDocument;
  readonly dataset: string | null;
  readonly params: Readonly<Record<string, string>> | undefined;
  readonly onClose: () => void;
}

/** The query behind a tile, with the values that its parameters have now. */
export function SqlDialog({ document, dataset, params, onClose }: Props) {
  const { t } = useTranslation();
  const sql = dataset === null ? "" : (document.datasets[dataset]?.sql ?? "").trim();
  const filled = sql.replace(/\$\{(\w+)\}/g, (whole, name: string) => params?.[name] ?? whole);
  const copy = (): void => void navigator.clipboard.writeText(filled).then(() => toast(t("dashboard.copied")), () => toast(t("dashboard.copyFailed"), { tone: "danger" }));
  return (
    <Dialog
      open={dataset !== null} title={t("dashboard.sqlOf", { dataset: dataset ?? "" })} width={720} onClose={onClose}
      foot={<Button icon={<IconCopy size={16} />} onClick={copy}>{t("common.copy")}</Button>}
    >
      <pre className={css.sql}>{filled}</pre>
    </Dialog>
  );
}
