import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import type { Dialect } from "../../api/types";

const COMMON =
  "all alter and any as asc between by case cast create cross current database databases delete desc describe distinct drop else end escape except exists explain false first following for from full group grouping having if in inner insert intersect interval into is join last lateral left like limit natural not null nulls offset on or order outer over overwrite partition partitions preceding range recursive replace right row rows select semi set sets show table tables temporary then to true truncate unbounded union unique update use using values view when where with within";
const EXTRA: Record<Dialect, string> = {
  spark: "anti array bucket cache clustered comment cube distribute partitioned paimon pivot qualify rlike rollup sort stored tablesample tblproperties transform unpivot",
  flink: "catalog computed connector enforced execute functions key load module options primary statement tumble hop session watermark system_time of temporary changelog",
  starrocks: "aggregate buckets catalog comment distributed duplicate engine hash key materialized properties primary qualify refresh rollup swap to timestamp version of",
  duckdb: "attach anti asof columns copy describe detach exclude export filter import install load macro pivot positional pragma qualify read_parquet sample schema struct summarize unpivot type",
};
const TYPES = new Set("bigint binary boolean char date decimal double float int integer largeint map array smallint string text timestamp timestamp_ntz timestamp_ltz tinyint varbinary varchar bitmap json".split(" "));

interface State {
  /** What a token over several lines waits for. */
  open: "" | "*/" | "'" | '"' | "`";
}

/** Where a dialect takes "…" as text, not as a name. */
const DOUBLE_IS_TEXT: Record<Dialect, boolean> = { spark: true, flink: false, starrocks: true, duckdb: false };

function closing(stream: StringStream, state: State, quote: string, backslash: boolean): void {
  for (let c = stream.next(); c; c = stream.next()) {
    if (c === "\\" && backslash) stream.next();
    else if (c === quote) {
      state.open = "";
      return;
    }
  }
}

function comment(stream: StringStream, state: State): string {
  if (stream.skipTo("*/")) {
    stream.match("*/");
    state.open = "";
  } else stream.skipToEnd();
  return "comment";
}

/** tokenOf reads one token; the same code for all dialects with their own words and quotes. */
export function tokenOf(stream: StringStream, state: State, dialect: Dialect, words: ReadonlySet<string>): string | null {
  const doubleText = DOUBLE_IS_TEXT[dialect];
  if (state.open === "*/") return comment(stream, state);
  if (state.open !== "") {
    const quote = state.open;
    closing(stream, state, quote, dialect === "spark" && quote !== "`");
    return quote === "'" || (quote === '"' && doubleText) ? "string" : "variableName";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^(--|%%).*/)) return "comment";
  if (stream.match("/*")) {
    state.open = "*/";
    return comment(stream, state);
  }
  if (stream.match(/^\$\{\w*\}|^\{\{\s*\w*\s*\}\}/) || (stream.peek() === ":" && stream.match(/^:[a-z_]\w*/i))) return "special";
  const quote = stream.peek();
  if (quote === "'" || quote === '"' || quote === "`") {
    stream.next();
    state.open = quote;
    closing(stream, state, quote, dialect === "spark" && quote !== "`");
    return quote === "'" || (quote === '"' && doubleText) ? "string" : "variableName";
  }
  if (stream.match(/^\d+(\.\d+)?([eE][+-]?\d+)?\b|^0x[0-9a-fA-F]+/)) return "number";
  const word = stream.match(/^[\p{L}_$][\p{L}\p{N}_$]*/u);
  if (!word || word === true) {
    stream.next();
    return null;
  }
  const name = word[0].toLowerCase();
  const before = stream.string.charAt(stream.start - 1);
  if (before === ".") return "variableName";
  const call = stream.match(/^\s*\(/, false);
  if (words.has(name) && !(call && (name === "if" || name === "replace" || name === "left" || name === "right" || name === "first" || name === "last" || name === "any"))) return "keyword";
  if (call) return "function";
  return TYPES.has(name) ? "keyword" : "variableName";
}

function define(dialect: Dialect): StreamLanguage<State> {
  const words = new Set(`${COMMON} ${EXTRA[dialect]}`.split(" "));
  return StreamLanguage.define<State>({
    name: dialect,
    startState: () => ({ open: "" }),
    copyState: (state) => ({ ...state }),
    token: (stream, state) => tokenOf(stream, state, dialect, words),
    languageData: { commentTokens: { line: "--", block: { open: "/*", close: "*/" } }, closeBrackets: { brackets: ["(", "[", "{", "'", '"', "`"] } },
    tokenTable: { function: tags.function(tags.variableName), special: tags.special(tags.variableName) },
  });
}

/** languageOf is a dialect's highlighting. */
export const languageOf: Record<Dialect, StreamLanguage<State>> = { spark: define("spark"), flink: define("flink"), starrocks: define("starrocks"), duckdb: define("duckdb") };

/** Colours of code, from the theme's tokens. */
export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, color: "var(--code-kw)" },
    { tag: tags.function(tags.variableName), color: "var(--code-fn)" },
    { tag: tags.string, color: "var(--code-str)" },
    { tag: tags.number, color: "var(--code-num)" },
    { tag: tags.comment, color: "var(--code-com)" },
    { tag: tags.special(tags.variableName), color: "var(--code-par)", fontWeight: "500" },
  ]),
);
