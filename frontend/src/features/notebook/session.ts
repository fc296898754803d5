import type { Api } from "../../api/client";
import { ProblemError, asProblem } from "../../api/problem";
import type { Edit, Event, Problem, RunRequest } from "../../api/types";
import { type Change, type NotebookState, firstState, reduce } from "./state";

const SAVE_MS = 500;
const TRIES = 4;

/**
 * NotebookSession is one open notebook: its state, its file and its runs. Edits show at once and are sent half a second
 * later; a run and leaving the page send them first. When the file changed elsewhere our edits are put on top of it.
 */
export class NotebookSession {
  private state: NotebookState | undefined;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<boolean> | undefined;
  private readonly off: (() => void)[] = [];
  /** The last job that was heard to end: a short one ends before the request that began it is answered. */
  private ended: string | undefined;
  /** How many events of this notebook's runs came. */
  private heard = 0;
  problem: Problem | undefined;

  constructor(
    private readonly api: Api,
    readonly name: string,
    private readonly report: (problem: Problem) => void,
  ) {}

  getState = (): NotebookState | undefined => this.state;

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  start(): void {
    this.off.push(this.api.events.listen((event) => this.hear(event)), this.api.events.onLink((_, again) => { if (again) void this.refresh(); }));
    void this.load();
  }

  /** stop sends what is not sent; the last request outlives the page. */
  stop(): void {
    for (const off of this.off.splice(0)) off();
    this.leave();
  }

  leave(): void {
    clearTimeout(this.timer);
    const { state } = this;
    if (!state || (state.pending.length === 0 && state.save !== "failed")) return;
    const edits = [...state.pending];
    const after = this.saving ?? Promise.resolve(true);
    if (this.saving) void after.then(() => this.flush());
    else {
      this.dispatch({ type: "sending" });
      void this.api.editNotebook(this.name, state.doc.etag, edits, true).then((doc) => this.dispatch({ type: "sent", etag: doc.etag }), () => this.dispatch({ type: "failed" }));
    }
  }

  async load(): Promise<void> {
    try {
      const doc = await this.api.notebook(this.name);
      this.problem = undefined;
      this.state = this.state ? reduce(this.state, { type: "loaded", doc }) : firstState(doc);
    } catch (error) {
      this.problem = asProblem(error);
    }
    this.tell();
  }

  edit(edits: readonly Edit[], silent = false): void {
    this.dispatch({ type: "edit", edits, silent });
    this.later();
  }

  undo(): boolean {
    return this.step("undo");
  }

  redo(): boolean {
    return this.step("redo");
  }

  select(cell: string | null, editing: boolean): void {
    this.dispatch({ type: "select", cell, editing });
  }

  /** flush writes every edit to the file; false when that failed. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    for (let tries = 0; tries < TRIES; tries++) {
      if (this.saving) await this.saving;
      const { state } = this;
      if (!state || state.pending.length === 0) return state?.save !== "failed";
      this.saving = this.send();
      const done = await this.saving;
      this.saving = undefined;
      if (!done) return false;
    }
    return true;
  }

  async run(request: RunRequest): Promise<void> {
    const saved = await this.flush();
    if (!saved) return;
    try {
      const job = await this.api.runNotebook(this.name, request);
      if (job.state === "running" && job.id !== this.ended) this.dispatch({ type: "job", job: job.id });
    } catch (error) {
      this.report(asProblem(error));
    }
  }

  async cancel(): Promise<void> {
    const job = this.state?.job;
    if (!job) return;
    try {
      await this.api.cancelJob(job);
    } catch (error) {
      this.report(asProblem(error));
    }
  }

  private step(way: "undo" | "redo"): boolean {
    const can = (this.state?.[way].length ?? 0) > 0;
    if (can) {
      this.dispatch({ type: way });
      this.later();
    }
    return can;
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), SAVE_MS);
  }

  /** send is one attempt; after a conflict the edits are pending again on the newer document. */
  private async send(): Promise<boolean> {
    const { state } = this;
    if (!state) return true;
    const { etag } = state.doc;
    const edits = [...state.pending];
    this.dispatch({ type: "sending" });
    try {
      const doc = await this.api.editNotebook(this.name, etag, edits);
      this.dispatch({ type: "sent", etag: doc.etag });
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 409) return this.rebase();
      this.dispatch({ type: "failed" });
      this.report(asProblem(error));
      return false;
    }
  }

  private async rebase(): Promise<boolean> {
    try {
      this.dispatch({ type: "rebased", doc: await this.api.notebook(this.name) });
      return true;
    } catch (error) {
      this.dispatch({ type: "failed" });
      this.report(asProblem(error));
      return false;
    }
  }

  /** refresh takes over a file that changed elsewhere, unless it is our own change. */
  private async refresh(): Promise<void> {
    if (this.saving) await this.saving;
    const before = this.heard;
    const doc = await this.api.notebook(this.name).catch(() => undefined);
    const { state } = this;
    if (!doc || !state || this.saving) return;
    // What a run told meanwhile may be newer than the answer.
    if (this.heard !== before) return this.refresh();
    if (doc.etag !== state.doc.etag) this.dispatch({ type: "rebased", doc });
    else for (const cell of doc.cells) if (cell.run) this.dispatch({ type: "run", cell: cell.id, run: cell.run });
    this.dispatch({ type: "job", job: doc.job });
  }

  private hear(event: Event): void {
    if ((event.type === "cell" && event.notebook === this.name) || (event.type === "job" && event.job?.notebook === this.name)) this.heard++;
    if (event.type === "cell" && event.notebook === this.name && event.cell && event.run) this.dispatch({ type: "run", cell: event.cell, run: event.run });
    else if (event.type === "notebook" && event.notebook === this.name) void this.refresh();
    else if (event.type === "job" && event.job?.notebook === this.name) {
      if (event.job.state === "running") this.dispatch({ type: "job", job: event.job.id });
      else {
        this.ended = event.job.id;
        if (this.state?.job === event.job.id) this.dispatch({ type: "job", job: undefined });
      }
    }
  }

  private dispatch(change: Change): void {
    if (!this.state) return;
    const next = reduce(this.state, change);
    if (next === this.state) return;
    this.state = next;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
