import { useCallback } from "react";
import { useApi } from "../../api/context";
import type { Cell } from "../../api/types";
import { byteOffset } from "../../lib/utf8";
import type { CompleteSql } from "../query";

/** useComplete asks the engine's own parser what may stand at the cursor. */
export function useComplete(cell: Cell): CompleteSql {
  const api = useApi();
  const dialect = cell.dialect ?? "spark";
  return useCallback((text, index, signal) => api.complete(dialect, text, byteOffset(text, index), signal), [api, dialect]);
}
