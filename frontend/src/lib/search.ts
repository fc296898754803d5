/** Search of the palette: a query's letters in order, runs of them marked. */

export interface Hit {
  /** Better hits first; lower is better. */
  readonly score: number;
  /** [start, end) of the marked letters. */
  readonly marks: readonly (readonly [number, number])[];
}

/** search finds the query in a text: as a whole at a word's start, as a whole, else letter by letter. */
export function search(text: string, query: string): Hit | undefined {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return { score: 50, marks: [] };
  const hay = text.toLowerCase();
  const word = new RegExp(`(^|[^\\p{L}\\p{N}])${escape(wanted)}`, "u").exec(hay);
  if (word) {
    const start = word.index + (word[1]?.length ?? 0);
    return { score: start === 0 ? 0 : 1 + start / 100, marks: [[start, start + wanted.length]] };
  }
  const at = hay.indexOf(wanted);
  if (at >= 0) return { score: 10 + at / 100, marks: [[at, at + wanted.length]] };
  return wanted.length >= 4 ? scattered(hay, wanted.replace(/\s+/g, "")) : undefined;
}

function scattered(hay: string, letters: string): Hit | undefined {
  const marks: [number, number][] = [];
  let at = 0;
  for (const letter of letters) {
    const found = hay.indexOf(letter, at);
    if (found < 0) return undefined;
    const last = marks.at(-1);
    if (last && last[1] === found) last[1] = found + 1;
    else marks.push([found, found + 1]);
    at = found + 1;
  }
  return marks.length > Math.max(2, Math.floor(letters.length / 3)) ? undefined : { score: 20 + marks.length, marks };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
