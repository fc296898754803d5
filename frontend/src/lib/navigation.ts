import { create } from "zustand";

export type DocumentKind = "notebook" | "table" | "dashboard";

/** A document open in a tab. A table's name is "database.table". */
export interface DocumentRef {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly title: string;
}

export type DialogName = "settings" | "shortcuts" | "openFolder" | "newWorkspace" | "ownEvents" | "leave";

interface Navigation {
  readonly tabs: readonly DocumentRef[];
  readonly active: string | null;
  readonly dialog: DialogName | null;
  readonly palette: boolean;
  /** Side bar folded to its rail. */
  readonly rail: boolean;
  /** The workspace whose first document was opened by itself: closing every tab later means to see none. */
  readonly greeted: string | null;
}

export const useNavigation = create<Navigation>(() => ({ tabs: [], active: null, dialog: null, palette: false, rail: false, greeted: null }));

export function tabKey(ref: Pick<DocumentRef, "kind" | "name">): string {
  return `${ref.kind}/${ref.name}`;
}

export function openDocument(ref: DocumentRef): void {
  const key = tabKey(ref);
  useNavigation.setState(({ tabs }) => ({
    tabs: tabs.some((tab) => tabKey(tab) === key) ? tabs.map((tab) => (tabKey(tab) === key ? ref : tab)) : [...tabs, ref],
    active: key,
    palette: false,
  }));
}

export function showTab(key: string): void {
  useNavigation.setState({ active: key });
}

export function closeTab(key: string): void {
  useNavigation.setState(({ tabs, active }) => {
    const at = tabs.findIndex((tab) => tabKey(tab) === key);
    const left = tabs.filter((tab) => tabKey(tab) !== key);
    if (active !== key) return { tabs: left };
    const next = left[Math.min(at, left.length - 1)];
    return { tabs: left, active: next ? tabKey(next) : null };
  });
}

/** stepTab shows the tab `by` places to the right, round and round. */
export function stepTab(by: number): void {
  useNavigation.setState(({ tabs, active }) => {
    const at = tabs.findIndex((tab) => tabKey(tab) === active);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    return next ? { active: tabKey(next) } : {};
  });
}

export function closeAllTabs(): void {
  useNavigation.setState({ tabs: [], active: null });
}

export function showDialog(dialog: DialogName | null): void {
  useNavigation.setState({ dialog, palette: false });
}

export function showPalette(palette: boolean): void {
  useNavigation.setState({ palette });
}

export function toggleRail(): void {
  useNavigation.setState(({ rail }) => ({ rail: !rail }));
}

/** addressOf and documentAt carry the open document in the address: #/notebook/game_etl.ipynb. */
export function addressOf(key: string | null): string {
  return key === null ? "#/" : `#/${key.split("/").map(encodeURIComponent).join("/")}`;
}

export function documentAt(hash: string): DocumentRef | null {
  const [, kind, ...rest] = hash.replace(/^#/, "").split("/").map(decodeURIComponent);
  const name = rest.join("/");
  if ((kind !== "notebook" && kind !== "table" && kind !== "dashboard") || name === "") return null;
  return { kind, name, title: kind === "table" ? (name.split(".").at(-1) ?? name) : name };
}
