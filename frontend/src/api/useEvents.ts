import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApi } from "./context";
import type { LinkState } from "./events";
import { keys, withJob } from "./queries";
import type { Event, Job } from "./types";

/** applyEvent carries one event of the engine into what the pages read. */
export function applyEvent(client: QueryClient, event: Event): void {
  switch (event.type) {
    case "job": {
      const { job } = event;
      if (job) client.setQueryData<Job[]>(keys.jobs, (jobs) => withJob(jobs ?? [], job));
      return;
    }
    case "status":
      if (event.status) client.setQueryData(keys.status, event.status);
      return;
    case "workspace":
      if (event.workspace) client.setQueryData(keys.workspace, event.workspace);
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "workspace" && query.queryKey[0] !== "jobs" && query.queryKey[0] !== "status" });
      return;
    case "catalog": {
      void client.invalidateQueries({ queryKey: keys.catalog });
      const [database, table] = event.table?.table.split(".") ?? [];
      if (!database || !table) return;
      // A snapshot's number may come again with other rows after a rollback or a fast-forward.
      for (const kind of ["table", "preview", "diff", "versions"]) void client.invalidateQueries({ queryKey: [kind, database, table] });
      return;
    }
    case "notebook":
      void client.invalidateQueries({ queryKey: keys.notebooks });
      return;
    case "cell":
      return; // the open notebook listens itself
  }
}

/** useEvents opens the window's one event stream and says how the link is. */
export function useEvents(): LinkState {
  const { events } = useApi();
  const client = useQueryClient();
  const [link, setLink] = useState<LinkState>("connecting");
  useEffect(() => {
    const offEvents = events.listen((event) => applyEvent(client, event));
    const offLink = events.onLink((state, again) => {
      setLink(state);
      if (again) void client.invalidateQueries(); // events may have been missed
    });
    events.start();
    return () => {
      offEvents();
      offLink();
      events.stop();
    };
  }, [events, client]);
  return link;
}
