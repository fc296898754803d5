package lex

// Dialect names the SQL a text is written in.
type Dialect string

// The dialects of Laketop.
const (
	Spark     Dialect = "spark"
	Flink     Dialect = "flink"
	StarRocks Dialect = "starrocks"
	DuckDB    Dialect = "duckdb"
)

// Valid says whether d is one of the four.
func (d Dialect) Valid() bool {
	switch d {
	case Spark, Flink, StarRocks, DuckDB:
		return true
	}
	return false
}

// Title is the dialect's name as people write it.
func (d Dialect) Title() string {
	switch d {
	case Spark:
		return "Spark"
	case Flink:
		return "Flink"
	case StarRocks:
		return "StarRocks"
	case DuckDB:
		return "DuckDB"
	}
	return string(d)
}

// Kind is the class of a token.
type Kind uint8

// The token classes. Comments and blanks are not tokens.
const (
	EOF     Kind = iota
	Word         // a keyword or a name without quotes
	Quoted       // a name in quotes
	String       // a character literal
	Bytes        // X'1f'
	Number       // a numeric literal
	Op           // an operator or a punctuation mark
	Hint         // /*+ ... */; Value is what stands between the marks
	Elision      // "..." or "…", which articles print for what they leave out
)

// Token is one word of a statement with its place.
type Token struct {
	Kind       Kind
	Start, End int    // byte range of the text
	Text       string // as written
	Value      string // decoded: a name without quotes, a string without escapes, digits without suffix
	Suffix     string // of a number, upper case: L S Y D F BD
	Param      string // the parameter that stands here without quotes, "" if none
}

// flags are the lexical habits of one dialect.
type flags struct {
	dqString  bool // "x" is a string, else a name (or an error: see dqError)
	dqError   bool // "x" is neither
	backtick  bool // `x` is a name
	backslash bool // \n in strings
	hash      bool // # begins a comment
	suffixes  bool // 1L, 1.5BD
	dollar    bool // $$text$$
	rawPrefix bool // r'\d'
	hints     bool // /*+ is a token
}

func flagsOf(d Dialect) flags {
	switch d {
	case Flink:
		return flags{dqError: true, backtick: true, hints: true}
	case StarRocks:
		return flags{dqString: true, backtick: true, backslash: true, hash: true, hints: true}
	case DuckDB:
		return flags{dollar: true}
	default:
		return flags{dqString: true, backtick: true, backslash: true, suffixes: true, rawPrefix: true, hints: true}
	}
}
