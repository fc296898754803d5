import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import type { ColumnRoles, SourceInspection } from "../../api/types";
import { showDialog } from "../../lib/navigation";
import { Button, Dialog, ErrorState, Select, TextField } from "../../ui";
import { chooseFile, inWindow } from "../shell";
import css from "./Folder.module.css";
import { FolderBrowser } from "./FolderBrowser";
import { SourcePreview } from "./SourcePreview";
import { useDemoState, useStartDemo } from "./useDemo";

const NEEDED = ["who", "when", "what"] as const;
const OPTIONAL = ["amount", "place", "device"] as const;

/**
 * workspaceFor proposes a folder beside the one that the data stands in, not in it, where a later look through the same
 * files would find the workspace's own. Beside the home folder, or at the top of the disk, nobody may write: then in it.
 */
export function workspaceFor(path: string, home: string): string {
  const slash = path.includes("\\") ? "\\" : "/";
  const parts = path.split(slash);
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  const folder = parts.slice(0, wild < 0 ? -1 : wild);
  const at = folder.join(slash);
  const name = folder.at(-1) ?? "";
  if (folder.length <= 2 || `${home}${slash}`.startsWith(`${at}${slash}`)) {
    const stem = (parts.at(-1) ?? "").replace(/[*?[].*$/, "").replace(/\.[^.]+$/, "").replace(/[^\p{L}\p{N}]+$/u, "");
    return `${home}${slash}${stem || "events"}-lake`;
  }
  return [...folder.slice(0, -1), `${name}-lake`].join(slash);
}

function Roles({ source, roles, onChange }: { readonly source: SourceInspection; readonly roles: ColumnRoles; readonly onChange: (roles: ColumnRoles) => void }) {
  const { t } = useTranslation();
  const options = [{ value: "", label: t("events.none") }, ...source.columns.map((column) => ({ value: column.name, label: `${column.name} (${column.type})` }))];
  return (
    <div className={css.roles}>
      {[...NEEDED, ...OPTIONAL].map((role) => (
        <div key={role} className={css.role}>
          <span>{t(`events.role.${role}`)}</span>
          <Select label={t(`events.role.${role}`)} value={roles[role] ?? ""} options={options} onChange={(value) => onChange({ ...roles, [role]: value === "" ? undefined : value })} />
        </div>
      ))}
    </div>
  );
}

/** Your own events: pick a file, say which column is who, when and what, and the same notebook runs on it. */
export function EventsDialog({ open }: { readonly open: boolean }) {
  const { t } = useTranslation();
  const api = useApi();
  const start = useStartDemo();
  const [path, setPath] = useState("");
  const [workspace, setWorkspace] = useState("");
  const [roles, setRoles] = useState<ColumnRoles>({});
  const problem = useDemoState((demo) => demo.problem);
  const inspect = useMutation({
    mutationFn: async (file: string) => ({ ...(await api.inspectSource(file)), home: (await api.folders("")).path }),
    onSuccess: (found) => { setRoles(found.guess ?? {}); setWorkspace(workspaceFor(found.path, found.home)); },
  });
  const source = inspect.data;
  const ready = NEEDED.every((role) => roles[role]) && workspace !== "";
  const pick = async () => { const file = await chooseFile(t("events.pick")); if (file) { setPath(file); inspect.mutate(file); } };
  const create = async () => { if (source && (await start({ path: source.path, workspace, columns: roles }))) { showDialog(null); inspect.reset(); } };
  const native = inWindow();
  return (
    <Dialog
      open={open} title={t("action.ownEvents")} width={760} onClose={() => showDialog(null)}
      foot={
        <>
          {source && <Button kind="quiet" onClick={() => inspect.reset()}>{t("common.back")}</Button>}
          <span className="sp" />
          <Button onClick={() => showDialog(null)}>{t("common.cancel")}</Button>
          {source ? <Button kind="primary" disabled={!ready} onClick={() => void create()}>{t("events.create")}</Button> : <Button kind="primary" disabled={path === "" || inspect.isPending} onClick={() => inspect.mutate(path)}>{t("events.look")}</Button>}
        </>
      }
    >
      {!source && <p className={css.lead}>{t("events.lead")}</p>}
      {!source && native && <Button onClick={() => void pick()}>{t("events.pick")}</Button>}
      {!source && !native && <FolderBrowser pick="file" value={path} onChange={setPath} onFile={(file) => inspect.mutate(file)} />}
      {inspect.isError && <ErrorState message={asProblem(inspect.error).message} hint={asProblem(inspect.error).hint} />}
      {source && <SourcePreview source={source} />}
      {source && <Roles source={source} roles={roles} onChange={setRoles} />}
      {source && <label className={css.label} htmlFor="events-workspace">{t("events.workspace")}</label>}
      {source && <TextField id="events-workspace" className={css.wide ?? ""} value={workspace} onChange={setWorkspace} />}
      {source && problem && <ErrorState message={problem.message} hint={problem.hint} />}
    </Dialog>
  );
}
