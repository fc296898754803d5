import { expect, test } from "vitest";
import { withJob } from "./queries";
import type { Job } from "./types";

const job = (id: string, state: Job["state"]): Job => ({ id, state, kind: "notebook", title: id });

test("news of a job puts it first and replaces what was known of it", () => {
  const jobs = withJob([job("a", "running"), job("b", "running")], job("b", "ok"));
  expect(jobs.map((one) => `${one.id} ${one.state}`)).toEqual(["b ok", "a running"]);
});

test("a job that has ended does not run again when its start is told late", () => {
  expect(withJob([job("a", "error")], job("a", "running"))).toEqual([job("a", "error")]);
});
