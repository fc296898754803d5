import { createContext, useContext } from "react";
import type { Api } from "./client";

const Context = createContext<Api | null>(null);

export const ApiProvider = Context.Provider;

/** useApi is the engine as this window sees it. */
export function useApi(): Api {
  const api = useContext(Context);
  if (!api) throw new Error("useApi outside of ApiProvider");
  return api;
}
