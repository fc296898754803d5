import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { useOfferPlaces } from "../../lib/places";
import { showTab } from "../../lib/navigation";
import { toast } from "../../lib/toast";
import { Button, EmptyState, ErrorState, Skeleton } from "../../ui";
import { useNotebookActions } from "./actions";
import { CellFrame } from "./CellFrame";
import { insertCell } from "./commands";
import { type Focus, NotebookProvider } from "./context";
import { Drawer } from "./Drawer";
import { useFix } from "./ErrorBar";
import { InsertStrip } from "./InsertStrip";
import css from "./Notebook.module.css";
import { NotebookSession } from "./session";
import type { NotebookState } from "./state";
import { Toolbar } from "./Toolbar";
import { useRemove } from "./useCellMenu";
import { useSeen } from "./useSeen";

/** useSession opens the notebook and keeps it in step with its file as long as the tab is open. */
function useSession(name: string): { readonly session: NotebookSession; readonly state: NotebookState | undefined } {
  const api = useApi();
  const session = useMemo(() => new NotebookSession(api, name, (problem) => toast(problem.message, { tone: "danger" })), [api, name]);
  const state = useSyncExternalStore(session.subscribe, session.getState);
  const [, again] = useState(0);
  useEffect(() => {
    const off = session.subscribe(() => again((n) => n + 1));
    session.start();
    const leave = () => session.leave();
    window.addEventListener("pagehide", leave);
    return () => {
      off();
      window.removeEventListener("pagehide", leave);
      session.stop();
    };
  }, [session]);
  return { session, state };
}

function usePlacesOf(session: NotebookSession, state: NotebookState): void {
  const { cells } = state.doc;
  const names = cells.map((cell) => `${cell.id} ${cell.name ?? ""}`).join("\n");
  // eslint-disable-next-line react-hooks/exhaustive-deps -- only ids and names matter
  const places = useMemo(() => cells.filter((cell) => cell.name).map((cell) => ({ id: `${session.name}/${cell.id}`, title: cell.name ?? "", note: session.name, go: () => { showTab(`notebook/${session.name}`); session.select(cell.id, false); } })), [session, names]);
  useOfferPlaces(`notebook/${session.name}`, places);
}

const WIDE = 1400;

interface BodyProps {
  readonly session: NotebookSession;
  readonly state: NotebookState;
  readonly active: boolean;
  readonly focus: Focus | null;
  readonly drawer: boolean;
  readonly setDrawer: (open: boolean) => void;
}

function Body({ session, state, active, focus, drawer, setDrawer }: BodyProps) {
  const { t } = useTranslation();
  const remove = useRemove();
  const fix = useFix();
  useNotebookActions({ session, active, remove, fix });
  usePlacesOf(session, state);
  const { doc } = state;
  const scroll = useRef<HTMLDivElement>(null);
  const parametersCell = doc.cells.find((cell) => cell.kind === "parameters")?.id ?? "";
  const parametersSeen = useSeen(scroll, `[data-cell="${parametersCell}"]`, parametersCell);
  const last = doc.cells.at(-1)?.id ?? "";
  return (
    <div className={css.page}>
      <div className={css.left}>
        <Toolbar state={state} drawer={drawer} onDrawer={() => setDrawer(!drawer)} parametersSeen={parametersSeen} />
        <div className={css.scroll} ref={scroll}>
          <div className={css.doc}>
            {doc.problem && <div className={css.readonly}><ErrorState message={doc.problem.message} hint={doc.problem.hint} /></div>}
            {doc.cells.map((cell, i) => <CellFrame key={cell.id} cell={cell} number={i + 1} parameters={doc.parameters} selected={state.selected === cell.id} editing={state.editing} />)}
            {doc.cells.length === 0 && <EmptyState action={<Button onClick={() => insertCell(session, "", "sql")}>{t("notebook.addSql")}</Button>}>{t("notebook.noCells")}</EmptyState>}
            {doc.cells.length > 0 && !doc.readOnly && <InsertStrip after={last} end />}
          </div>
        </div>
      </div>
      {drawer && <Drawer focus={focus} cells={doc.cells} onClose={() => setDrawer(false)} />}
    </div>
  );
}

/** A notebook: cells over the lake, saved as they are typed. */
export function NotebookPage({ name, active }: { readonly name: string; readonly active: boolean }) {
  const { t } = useTranslation();
  const { session, state } = useSession(name);
  const [focus, setFocus] = useState<Focus | null>(null);
  const readOnly = state?.doc.readOnly ?? false;
  const [drawer, setDrawer] = useState<boolean | undefined>();
  const onFocus = useCallback((next: Focus | null) => {
    setFocus(next);
    // The first selection opens the drawer where there is room; once closed it stays closed.
    setDrawer((before) => before ?? (window.innerWidth >= WIDE ? true : undefined));
  }, []);
  const context = useMemo(() => ({ session, readOnly, onFocus }), [session, readOnly, onFocus]);
  if (!state) {
    if (!session.problem) return <div className={css.pad}><Skeleton rows={8} label={t("common.loading")} /></div>;
    return <div className={css.pad}><ErrorState message={session.problem.message} hint={session.problem.hint} source={session.problem.source} action={<Button onClick={() => void session.load()}>{t("common.tryAgain")}</Button>} /></div>;
  }
  return (
    <NotebookProvider value={context}>
      <Body session={session} state={state} active={active} focus={focus} drawer={drawer ?? false} setDrawer={setDrawer} />
    </NotebookProvider>
  );
}
