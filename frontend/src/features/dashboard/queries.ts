import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useApi } from "../../api/context";
import type { DashboardData, Event } from "../../api/types";
import type { DashboardDocument } from "../chart";

export const dashboardKeys = {
  document: (name: string) => ["dashboard", name],
  data: (name: string, params: Readonly<Record<string, string>>) => ["dashboard", name, "data", params],
} as const;

/** useDocument reads the dashboard's file. */
export function useDocument(name: string) {
  const api = useApi();
  return useQuery({ queryKey: dashboardKeys.document(name), queryFn: async () => (await api.dashboard(name)) as unknown as DashboardDocument });
}

/** useData runs every dataset; the last answer stays on screen while the next is made. */
export function useData(name: string, params: Readonly<Record<string, string>>, enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: dashboardKeys.data(name, params), queryFn: ({ signal }) => api.runDashboard(name, { ...params }, signal), enabled, placeholderData: keepPreviousData });
}

const settleMillis = 400;

/** useRefreshOnCommit runs the datasets again when one of their tables has a new snapshot. */
export function useRefreshOnCommit(name: string, data: DashboardData | undefined): void {
  const { events } = useApi();
  const client = useQueryClient();
  useEffect(() => {
    const tables = new Set(readsOf(data).map((r) => r.table));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = events.listen((event: Event) => {
      if (event.type !== "catalog" || (event.table && tables.size > 0 && !tables.has(event.table.table))) return;
      clearTimeout(timer);
      timer = setTimeout(() => void client.invalidateQueries({ queryKey: dashboardKeys.document(name) }), settleMillis);
    });
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [events, client, name, data]);
}

/** Every table snapshot that the data came from, once, by name. */
export function readsOf(data: DashboardData | undefined): { table: string; snapshot: number }[] {
  const all = new Map<string, { table: string; snapshot: number }>();
  for (const result of Object.values(data?.datasets ?? {})) for (const r of result.reads ?? []) all.set(`${r.table}#${r.snapshot}`, r);
  return [...all.values()].sort((a, b) => a.table.localeCompare(b.table) || a.snapshot - b.snapshot);
}
