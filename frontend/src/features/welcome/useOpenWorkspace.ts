import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import type { OpenRequest } from "../../api/types";
import { closeAllTabs, showDialog } from "../../lib/navigation";
import { toast } from "../../lib/toast";

/** useOpenWorkspace opens a workspace, warehouse or table folder and leaves the one before. */
export function useOpenWorkspace() {
  const api = useApi();
  const client = useQueryClient();
  return useCallback(
    async (request: OpenRequest): Promise<boolean> => {
      try {
        const workspace = await api.openWorkspace(request);
        closeAllTabs();
        showDialog(null);
        client.setQueryData(keys.workspace, workspace);
        for (const key of [keys.catalog, keys.notebooks, keys.dashboards, keys.settings, ["table"]]) void client.invalidateQueries({ queryKey: key });
        return true;
      } catch (error) {
        toast(asProblem(error).message, { tone: "danger" });
        return false;
      }
    },
    [api, client],
  );
}
