import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/context";

/** usePreview is a table's first rows at its newest snapshot. */
export function usePreview(database: string, table: string, snapshot: number | undefined, enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: ["preview", database, table, snapshot ?? 0], queryFn: () => api.preview(database, table), enabled, staleTime: Infinity, retry: false });
}
