import { useQueryClient } from "@tanstack/react-query";
import { IconCopy } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import type { Problem } from "../../api/types";
import { toast } from "../../lib/toast";
import { Button, Dialog, ErrorState, IconButton } from "../../ui";
import { DryRun } from "./DryRun";
import css from "./Page.module.css";
import { useStatement } from "./queries";

export interface Pending {
  readonly title: string;
  readonly statement: string;
  /** The same statement as a dry run, where there is one. */
  readonly dry?: string;
  /** The files of the dry run are joined, not removed. */
  readonly joins?: boolean;
  /** The table has a primary key: what its snapshots count are records, which merge into rows. */
  readonly keyed?: boolean;
  readonly note?: ReactNode;
  readonly danger?: boolean;
  /** What else follows when it ran. */
  readonly done?: () => void;
}

const READ_AGAIN = ["table", "preview", "versions", "diff", "catalog"];

/** RunStatement shows the statement that an action runs, and what would go, before it runs. */
export function RunStatement({ pending, onClose }: { readonly pending: Pending | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useStatement();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<{ readonly statement: string; readonly problem: Problem } | null>(null);
  const confirm = async () => {
    if (!pending) return;
    setBusy(true);
    setFailed(null);
    try {
      await run(pending.statement);
      toast(t("explorer.ran", { title: pending.title }), { tone: "ok" });
      pending.done?.();
      onClose();
      await client.invalidateQueries({ predicate: ({ queryKey: [kind] }) => READ_AGAIN.includes(String(kind)) });
    } catch (error) {
      setFailed({ statement: pending.statement, problem: asProblem(error) });
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={pending !== null} title={pending?.title ?? ""} onClose={onClose}
      foot={<><span className="sp" /><Button onClick={onClose}>{t("common.cancel")}</Button><Button kind={pending?.danger ? "danger" : "primary"} disabled={busy} onClick={() => void confirm()}>{t("explorer.run")}</Button></>}
    >
      {pending && (
        <div className={css.stack}>
          {pending.note && <p>{pending.note}</p>}
          {pending.dry && <DryRun key={pending.dry} statement={pending.dry} joins={pending.joins ?? false} keyed={pending.keyed ?? false} />}
          {failed?.statement === pending.statement && <ErrorState message={failed.problem.message} hint={failed.problem.hint} />}
          <div className={css.statement}>
            <code>{pending.statement}</code>
            <IconButton small label={t("common.copy")} onClick={() => void navigator.clipboard.writeText(pending.statement).then(() => toast(t("explorer.copied")), () => toast(t("explorer.copyFailed"), { tone: "danger" }))}><IconCopy size={14} /></IconButton>
          </div>
        </div>
      )}
    </Dialog>
  );
}
