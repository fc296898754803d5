import { useEffect, useState } from "react";
import { useApi } from "../../api/context";
import type { Cell, Problem } from "../../api/types";
import { useNotebook } from "./context";

const CALM_MS = 700;
const NONE: readonly Problem[] = [];

/** useCheck has the engine look at the text, with the notebook's parameters, once typing rests; nothing runs. */
export function useCheck(cell: Cell, editing: boolean): readonly Problem[] {
  const api = useApi();
  const { session } = useNotebook();
  const [found, setFound] = useState<{ readonly source: string; readonly problems: readonly Problem[] }>({ source: "", problems: NONE });
  const { source, dialect = "spark" } = cell;
  useEffect(() => {
    if (!editing || source.trim() === "") return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const params = Object.fromEntries((session.getState()?.doc.parameters ?? []).map(({ name, value }) => [name, value]));
      api.check({ dialect, sql: source, params }, stop.signal).then((problems) => { if (!stop.signal.aborted) setFound({ source, problems }); }, () => undefined);
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [api, session, source, dialect, editing]);
  return found.source === source ? found.problems : NONE;
}
