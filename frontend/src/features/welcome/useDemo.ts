import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { create } from "zustand";
import { useApi } from "../../api/context";
import { asProblem } from "../../api/problem";
import { keys, useJobs, withJob } from "../../api/queries";
import type { DemoStarted, EventsMapping, Job, Notebook, Problem } from "../../api/types";
import { openDocument } from "../../lib/navigation";

interface Demo {
  /** Waiting for the engine's first answer. */
  readonly opening: boolean;
  readonly started: DemoStarted | null;
  readonly problem: Problem | null;
}

/** useDemoState is the demo (or own-events) run that the welcome page shows; null once its dashboard is open. */
export const useDemoState = create<Demo>(() => ({ opening: false, started: null, problem: null }));

export function openResults(started: DemoStarted): void {
  if (started.notebook) openDocument({ kind: "notebook", name: started.notebook, title: started.notebook });
  if (started.dashboard) openDocument({ kind: "dashboard", name: started.dashboard, title: started.dashboard });
  useDemoState.setState({ started: null, problem: null });
}

/** useStartDemo starts the sample, or the same notebook on the user's own events. */
export function useStartDemo() {
  const api = useApi();
  const client = useQueryClient();
  return useCallback(
    async (mapping?: EventsMapping): Promise<boolean> => {
      useDemoState.setState({ opening: true, problem: null });
      try {
        const started = mapping ? await api.importEvents(mapping) : await api.openDemo();
        if (started.job) client.setQueryData<Job[]>(keys.jobs, (jobs) => withJob(jobs ?? [], started.job as Job));
        useDemoState.setState({ opening: false, started });
        client.setQueryData(keys.workspace, started.workspace);
        // A run that fails at once may be over before its start is told: ask how it stands.
        void client.invalidateQueries({ queryKey: keys.jobs });
        void client.invalidateQueries({ queryKey: keys.catalog });
        void client.invalidateQueries({ queryKey: keys.notebooks });
        void client.invalidateQueries({ queryKey: keys.dashboards });
        return true;
      } catch (error) {
        useDemoState.setState({ opening: false, problem: asProblem(error) });
        return false;
      }
    },
    [api, client],
  );
}

const LINGER_MS = 600;

/**
 * useDemoRun follows the running demo: its cells by events, its end by the job; then it opens what was made. A run
 * that failed opens the notebook alone, where the failed cell says why.
 */
export function useDemoRun() {
  const api = useApi();
  const client = useQueryClient();
  const started = useDemoState((demo) => demo.started);
  const name = started?.notebook ?? "";
  const key = ["demo-notebook", name];
  const notebook = useQuery({ queryKey: key, queryFn: () => api.notebook(name), enabled: name !== "", staleTime: Infinity });
  const jobs = useJobs().data;
  const job = jobs?.find((entry) => entry.id === started?.job?.id) ?? started?.job;

  useEffect(() => {
    if (name === "") return;
    return api.events.listen((event) => {
      if (event.type !== "cell" || event.notebook !== name) return;
      client.setQueryData<Notebook>(["demo-notebook", name], (doc) => doc && { ...doc, cells: doc.cells.map((cell) => (cell.id === event.cell && event.run ? { ...cell, run: event.run } : cell)) });
    });
  }, [api, client, name]);

  const over = started !== null && (job === undefined || job.state !== "running");
  const failed = job?.state === "error" || job?.state === "cancelled";
  useEffect(() => {
    if (!over || !started) return;
    const { dashboard, ...rest } = started;
    const timer = setTimeout(() => openResults(failed || !dashboard ? rest : { ...rest, dashboard }), LINGER_MS);
    return () => clearTimeout(timer);
  }, [over, failed, started]);

  return { started, job, cells: notebook.data?.cells ?? [] };
}
