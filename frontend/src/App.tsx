import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "./api/problem";
import { runningJob, useJobs, useSettings, useWorkspace } from "./api/queries";
import { useEvents } from "./api/useEvents";
import { useKeyboard } from "./lib/useKeyboard";
import { changeLook } from "./lib/look";
import { type DocumentRef, showDialog, useNavigation } from "./lib/navigation";
import { useScheme } from "./lib/useScheme";
import { useAddress } from "./lib/useAddress";
import { ThemeProvider } from "./theme/ThemeProvider";
import { Button, ErrorBoundary, ErrorState } from "./ui";
import { LeaveDialog } from "./LeaveDialog";
import { DocumentPage } from "./DocumentPage";
import { Palette, SettingsDialog, Shell, ShortcutsDialog, Toasts, useShellActions } from "./features/shell";
import { EventsDialog, FolderDialog, WelcomePage, useDemoState } from "./features/welcome";
import css from "./App.module.css";

/** useSettingsLook follows the engine's settings once they are known. */
function useSettingsLook(): void {
  const settings = useSettings().data;
  useEffect(() => {
    if (settings) changeLook({ language: settings.language, theme: settings.theme });
  }, [settings]);
}

/** useCloseGuard asks before the page goes while a job runs. */
function useCloseGuard(): void {
  const busy = runningJob(useJobs().data) !== undefined;
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [busy]);
}

function Screen() {
  const { t } = useTranslation();
  const link = useEvents();
  const workspace = useWorkspace();
  // The workspace is told open before the demo's answer comes: the welcome page stays until its results open.
  const demo = useDemoState((state) => state.opening || state.started !== null);
  useShellActions();
  useSettingsLook();
  useCloseGuard();
  useKeyboard();
  useAddress(workspace.data?.open ?? false);
  if (workspace.isPending) return null;
  if (workspace.isError) {
    const problem = asProblem(workspace.error);
    const denied = problem.status === 401 || problem.status === 403;
    return (
      <div className={css.center}>
        <ErrorState message={denied ? t("app.noToken") : problem.message} hint={denied ? t("app.noTokenHint") : (problem.hint ?? t("app.unreachableHint"))} action={<Button onClick={() => void workspace.refetch()}>{t("common.tryAgain")}</Button>} />
      </div>
    );
  }
  if (!workspace.data.open || demo) return <WelcomePage />;
  return <Shell link={link} page={(ref: DocumentRef, active: boolean) => <DocumentPage document={ref} active={active} />} />;
}

function Dialogs() {
  const dialog = useNavigation((nav) => nav.dialog);
  const close = () => showDialog(null);
  return (
    <>
      <SettingsDialog open={dialog === "settings"} onClose={close} />
      <ShortcutsDialog open={dialog === "shortcuts"} onClose={close} />
      <FolderDialog key={dialog} open={dialog === "openFolder" || dialog === "newWorkspace"} mode={dialog === "newWorkspace" ? "newWorkspace" : "openFolder"} />
      <EventsDialog open={dialog === "ownEvents"} />
      <LeaveDialog open={dialog === "leave"} />
      <Palette />
      <Toasts />
    </>
  );
}

export function App() {
  const { t } = useTranslation();
  const scheme = useScheme();
  useEffect(() => document.documentElement.setAttribute("data-theme", scheme), [scheme]);
  return (
    <ThemeProvider scheme={scheme}>
      <ErrorBoundary fallback={(error, again) => <div className={css.center}><ErrorState message={t("app.broken")} source={error.message} action={<Button onClick={again}>{t("common.tryAgain")}</Button>} /></div>}>
        <Screen />
        <Dialogs />
      </ErrorBoundary>
    </ThemeProvider>
  );
}
