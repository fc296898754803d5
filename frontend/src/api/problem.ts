import type { Problem } from "./types";

/** A refusal of the engine or of the way to it, ready to be read by a person. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = "ProblemError";
  }
}

/** asProblem turns anything thrown into the one error object of the product. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (isProblem(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "screen.failed", message, status: 0 };
}

/** problemOf reads the body of a failed answer, whatever it holds. */
export function problemOf(body: unknown, status: number): Problem {
  if (isProblem(body)) return body;
  const text = typeof body === "string" && body.trim() !== "" ? body.trim() : `HTTP ${status}`;
  return { code: status === 401 ? "api.token" : "api.failed", message: text, status };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** isAbort says whether a request was given up on purpose. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}
