import type { Problem } from "../../api/types";
import { indexAtByte } from "../../lib/utf8";
import type { Mark } from "./mark";

/**
 * markOf is where a problem stands in a source. The span may speak of a part of it (one statement of several): then its
 * text is looked up in the source.
 */
export function markOf(problem: Problem, source: string, carets: boolean): Mark | undefined {
  const { span } = problem;
  if (!span) return undefined;
  const text = problem.text ?? source;
  const base = text === source ? 0 : source.indexOf(text);
  if (base < 0) return undefined;
  const from = base + indexAtByte(text, span.start);
  const to = Math.max(from + 1, base + indexAtByte(text, span.end));
  if (from > source.length) return undefined;
  return { from, to: Math.min(to, source.length), message: problem.message, carets };
}

/** replaced puts the first suggestion where the problem stands; undefined when there is nothing to put. */
export function replaced(problem: Problem, source: string): string | undefined {
  const suggestion = problem.suggestions?.[0];
  const mark = markOf(problem, source, false);
  if (suggestion === undefined || !mark) return undefined;
  return source.slice(0, mark.from) + suggestion + source.slice(mark.to);
}
