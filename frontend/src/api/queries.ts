/** What several pages read from the engine. Keys are here so that events can refresh them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { setZone } from "../lib/zone";
import { useApi } from "./context";
import type { Job, Settings, Status } from "./types";

export const keys = {
  about: ["about"],
  settings: ["settings"],
  workspace: ["workspace"],
  catalog: ["catalog"],
  notebooks: ["notebooks"],
  dashboards: ["dashboards"],
  jobs: ["jobs"],
  status: ["status"],
  table: (database: string, table: string) => ["table", database, table],
} as const;

export function useAbout() {
  const api = useApi();
  return useQuery({ queryKey: keys.about, queryFn: api.about, staleTime: Infinity });
}

export function useWorkspace() {
  const api = useApi();
  const workspace = useQuery({ queryKey: keys.workspace, queryFn: api.workspace, staleTime: Infinity });
  setZone(workspace.data?.timeZone || undefined);
  return workspace;
}

export function useSettings() {
  const api = useApi();
  return useQuery({ queryKey: keys.settings, queryFn: api.settings, staleTime: Infinity });
}

export function useSaveSettings() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Settings) => api.putSettings(settings),
    onMutate: (settings) => client.setQueryData(keys.settings, settings),
    onSuccess: (settings) => {
      client.setQueryData(keys.settings, settings);
      // Titles come in the settings' language.
      return Promise.all([client.invalidateQueries({ queryKey: keys.notebooks }), client.invalidateQueries({ queryKey: keys.dashboards })]);
    },
  });
}

// The lists of the side bar are read again when the window is looked at again:
// other programs write tables, notebooks and dashboards into the same folders.

export function useCatalog(enabled = true) {
  const api = useApi();
  return useQuery({ queryKey: keys.catalog, queryFn: api.catalog, enabled, refetchOnWindowFocus: "always" });
}

export function useTable(database: string, table: string, enabled = true, branch = "") {
  const api = useApi();
  return useQuery({ queryKey: [...keys.table(database, table), branch], queryFn: () => api.table(database, table, branch), enabled });
}

export function useNotebooks(enabled = true) {
  const api = useApi();
  return useQuery({ queryKey: keys.notebooks, queryFn: api.notebooks, enabled, refetchOnWindowFocus: "always" });
}

export function useDashboards(enabled = true) {
  const api = useApi();
  return useQuery({ queryKey: keys.dashboards, queryFn: api.dashboards, enabled, refetchOnWindowFocus: "always" });
}

export function useJobs() {
  const api = useApi();
  return useQuery({ queryKey: keys.jobs, queryFn: api.jobs, staleTime: Infinity });
}

/** useStatus is filled by events only. */
export function useStatus(): Status | undefined {
  return useQuery<Status>({ queryKey: keys.status, queryFn: () => Promise.reject(new Error("by events")), enabled: false }).data;
}

/**
 * withJob is the job list after news of one job. The answer that a job was started may come after the event that it
 * has ended already: what has ended does not run again.
 */
export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const known = jobs.find((other) => other.id === job.id);
  if (known && known.state !== "running" && job.state === "running") return [...jobs];
  const others = jobs.filter((other) => other.id !== job.id);
  return [job, ...others].slice(0, 20);
}

export function runningJob(jobs: readonly Job[] | undefined): Job | undefined {
  return jobs?.find((job) => job.state === "running");
}
