import { createContext, useContext } from "react";
import type { Column, ColumnProfile } from "../../api/types";
import type { NotebookSession } from "./session";

/** What the selected grid cell says about its column, for the drawer. */
export interface Focus {
  readonly column: Column;
  readonly profile: ColumnProfile | undefined;
  readonly value: string | null | undefined;
  readonly rows: number;
  readonly index: number;
  readonly columns: number;
}

interface NotebookContext {
  readonly session: NotebookSession;
  readonly readOnly: boolean;
  readonly onFocus: (focus: Focus | null) => void;
}

const Context = createContext<NotebookContext | null>(null);
export const NotebookProvider = Context.Provider;

export function useNotebook(): NotebookContext {
  const value = useContext(Context);
  if (!value) throw new Error("useNotebook outside of its page");
  return value;
}
