import { useQueryClient } from "@tanstack/react-query";
import { IconFolderOpen, IconFolderPlus, IconKeyboard, IconLanguage, IconLayoutSidebar, IconLogout, IconMoon, IconNotebook, IconPlayerStop, IconSearch, IconSettings, IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { keys, runningJob, useWorkspace } from "../../api/queries";
import type { Job, Settings } from "../../api/types";
import { type Action, useActions } from "../../lib/action";
import { changeLook, schemeOf, systemIsDark, useLook } from "../../lib/look";
import { closeAllTabs, closeTab, openDocument, showDialog, showPalette, stepTab, toggleRail, useNavigation } from "../../lib/navigation";
import { toast } from "../../lib/toast";

/** freeName is a file name that no notebook has yet. */
export function freeName(taken: readonly string[]): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? "untitled.ipynb" : `untitled_${i}.ipynb`;
    if (!taken.includes(name)) return name;
  }
}

/** useShellActions offers what can be done anywhere in the window. */
export function useShellActions(): void {
  const api = useApi();
  const client = useQueryClient();
  const open = useWorkspace().data?.open ?? false;
  const actions = useMemo<Action[]>(() => {
    const jobs = () => client.getQueryData<Job[]>(keys.jobs);
    const keep = (change: Partial<Settings>) => {
      const settings = client.getQueryData<Settings>(keys.settings);
      if (settings) void api.putSettings({ ...settings, ...change }).then((saved) => client.setQueryData(keys.settings, saved)).catch(() => undefined);
    };
    const leave = async () => {
      if (runningJob(jobs())) return showDialog("leave");
      client.setQueryData(keys.workspace, await api.closeWorkspace());
      closeAllTabs();
    };
    const newNotebook = async () => {
      try {
        const list = await api.notebooks();
        const made = await api.createNotebook(freeName(list.map((doc) => doc.name)));
        await client.invalidateQueries({ queryKey: keys.notebooks });
        openDocument({ kind: "notebook", name: made.name, title: made.name });
      } catch (error) {
        toast(asProblem(error).message, { tone: "danger" });
      }
    };
    return [
      { id: "app.palette", label: "shell.find", group: "general", icon: IconSearch, keys: ["Mod+K"], whileTyping: true, quiet: true, run: () => showPalette(!useNavigation.getState().palette) },
      { id: "app.shortcuts", label: "action.shortcuts", group: "general", icon: IconKeyboard, keys: ["?"], run: () => showDialog("shortcuts") },
      { id: "app.settings", label: "action.settings", group: "general", icon: IconSettings, keys: ["Mod+,"], whileTyping: true, run: () => showDialog("settings") },
      { id: "app.side", label: "action.toggleSide", group: "general", icon: IconLayoutSidebar, keys: ["Mod+B"], whileTyping: true, enabled: () => open, run: toggleRail },
      { id: "app.theme", label: "action.toggleTheme", group: "general", icon: IconMoon, run: () => { const theme = schemeOf(useLook.getState().theme, systemIsDark()) === "dark" ? "light" : "dark"; changeLook({ theme }); keep({ theme }); } },
      { id: "app.language", label: "action.toggleLanguage", words: "English 中文 language", group: "general", icon: IconLanguage, run: () => { const language = useLook.getState().language === "en" ? "zh-CN" : "en"; changeLook({ language }); keep({ language }); } },
      { id: "workspace.open", label: "action.openFolder", group: "workspace", icon: IconFolderOpen, keys: ["Mod+O"], whileTyping: true, run: () => showDialog("openFolder") },
      { id: "workspace.new", label: "action.newWorkspace", group: "workspace", icon: IconFolderPlus, run: () => showDialog("newWorkspace") },
      { id: "workspace.ownEvents", label: "action.ownEvents", group: "workspace", icon: IconFolderPlus, keys: ["Mod+I"], run: () => showDialog("ownEvents") },
      { id: "workspace.close", label: "action.closeWorkspace", group: "workspace", icon: IconLogout, enabled: () => open, run: leave },
      { id: "workspace.stop", label: "action.stop", group: "workspace", icon: IconPlayerStop, keys: ["Mod+."], whileTyping: true, enabled: () => runningJob(jobs()) !== undefined, run: () => { const job = runningJob(jobs()); if (job) void api.cancelJob(job.id); } },
      { id: "notebook.new", label: "action.newNotebook", group: "notebook", icon: IconNotebook, enabled: () => open, run: newNotebook },
      { id: "tab.close", label: "action.closeTab", group: "general", icon: IconX, keys: ["Alt+W"], whileTyping: true, enabled: () => useNavigation.getState().active !== null, run: () => { const { active } = useNavigation.getState(); if (active) closeTab(active); } },
      { id: "tab.next", label: "action.nextTab", group: "general", keys: ["Mod+Alt+ArrowRight"], whileTyping: true, quiet: true, run: () => stepTab(1) },
      { id: "tab.before", label: "action.previousTab", group: "general", keys: ["Mod+Alt+ArrowLeft"], whileTyping: true, quiet: true, run: () => stepTab(-1) },
    ];
  }, [api, client, open]);
  useActions(actions);
}
