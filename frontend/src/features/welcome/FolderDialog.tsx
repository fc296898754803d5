import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { showDialog } from "../../lib/navigation";
import { Button, Dialog } from "../../ui";
import { chooseFolder, inWindow } from "../shell";
import css from "./Folder.module.css";
import { FolderBrowser } from "./FolderBrowser";
import { useOpenWorkspace } from "./useOpenWorkspace";

interface Props {
  readonly open: boolean;
  readonly mode: "openFolder" | "newWorkspace";
}

/** Opens (or makes) a workspace: the system's dialog in the window, our own in a browser. */
export function FolderDialog({ open, mode }: Props) {
  const { t } = useTranslation();
  const openWorkspace = useOpenWorkspace();
  const [path, setPath] = useState("");
  const [busy, setBusy] = useState(false);
  const native = inWindow();
  const create = mode === "newWorkspace";
  const title = t(create ? "action.newWorkspace" : "action.openFolder");

  const accept = async (chosen: string) => {
    setBusy(true);
    await openWorkspace(create ? { path: chosen, create: true } : { path: chosen });
    setBusy(false);
  };
  useEffect(() => {
    if (!open || !native) return;
    showDialog(null);
    void chooseFolder(title).then((chosen) => { if (chosen) void openWorkspace(create ? { path: chosen, create: true } : { path: chosen }); });
  }, [open, native, title, create, openWorkspace]);

  if (native) return null;
  return (
    <Dialog
      open={open} title={title} width={640} onClose={() => showDialog(null)}
      foot={<><span className="sp" /><Button onClick={() => showDialog(null)}>{t("common.cancel")}</Button><Button kind="primary" disabled={path === "" || busy} onClick={() => void accept(path)}>{t(create ? "folder.create" : "folder.open")}</Button></>}
    >
      <p className={css.lead}>{t(create ? "folder.createLead" : "folder.openLead")}</p>
      <FolderBrowser pick="folder" value={path} onChange={setPath} />
    </Dialog>
  );
}
