package notebook

import (
	"regexp"
	"slices"
	"strings"
)

var dialects = []string{"spark", "flink", "starrocks", "duckdb"}

func isDialect(s string) bool { return slices.Contains(dialects, s) }

// magics are the first lines that name a cell's language. "" is the notebook's
// own dialect, "?" asks the text.
var magics = map[string]string{
	"spark": "spark", "sparksql": "spark", "spark_sql": "spark", "flink": "flink", "starrocks": "starrocks", "duckdb": "duckdb",
	"sql": "", "emr_serverless_spark": "?",
	"python": "python", "python3": "python", "pyspark": "python", "py": "python",
}

// language is what a code cell is written in.
type language struct {
	kind    Kind
	dialect string
	name    string // of JupySQL's --save
	magic   int    // bytes of the magic line that Source leaves out
}

var magicLine = regexp.MustCompile(`^%%?([A-Za-z_][A-Za-z0-9_]*)([^\n]*)(?:\n|$)`)
var saveName = regexp.MustCompile(`(?:--save\s+|^\s*)([A-Za-z_][A-Za-z0-9_]*)(?:\s*<<)?`)

// language reads the first line, then the cell's metadata, then the notebook's.
func (d *Document) language(n *node, text string) language {
	own := n.at("metadata", "laketop")
	if own.get("kind").str() == string(Parameters) {
		return language{kind: Parameters}
	}
	if m := magicLine.FindStringSubmatch(text); m != nil {
		return d.byMagic(m, text)
	}
	if s := own.get("dialect").str(); isDialect(s) {
		return language{kind: SQL, dialect: s}
	}
	switch n.at("metadata", "vscode", "languageId").str() {
	case "sql":
		return language{kind: SQL, dialect: d.Dialect()}
	case "python":
		return language{kind: Python}
	}
	if d.isPython() {
		return language{kind: Python}
	}
	return language{kind: SQL, dialect: d.Dialect()}
}

func (d *Document) byMagic(m []string, text string) language {
	means, ok := magics[strings.ToLower(m[1])]
	if !ok {
		// A magic that is not ours belongs to the Python kernel.
		return language{kind: Python}
	}
	l := language{kind: SQL, dialect: means, magic: len(m[0])}
	switch means {
	case "python":
		return language{kind: Python}
	case "?":
		rest := text[len(m[0]):]
		if next := magicLine.FindStringSubmatch(rest); next != nil && strings.HasPrefix(next[0], "%%") {
			inner := d.byMagic(next, rest)
			if inner.kind == SQL {
				inner.magic += len(m[0])
			}
			return inner
		}
		if !looksLikeSQL(rest) {
			return language{kind: Python}
		}
		l.dialect = "spark"
	case "":
		l.dialect = d.Dialect()
		if rest := m[2]; strings.Contains(rest, "--save") || strings.Contains(rest, "<<") {
			if s := saveName.FindStringSubmatch(rest[max(0, strings.Index(rest, "--save")):]); s != nil {
				l.name = s[1]
			}
		} else if strings.HasPrefix(m[0], "%sql") && strings.TrimSpace(rest) != "" {
			l.magic = len("%sql ") // a line magic: the statement stands in the same line
		}
	}
	return l
}

// isPython is whether the notebook's kernel is Python. A notebook that names no
// kernel is SQL, but for the article's: a file whose first cells are Python.
func (d *Document) isPython() bool {
	meta := d.root.get("metadata")
	if meta.get("laketop").get("dialect") != nil {
		return false
	}
	for _, s := range []string{meta.at("kernelspec", "language").str(), meta.at("kernelspec", "name").str(), meta.at("language_info", "name").str()} {
		if strings.HasPrefix(strings.ToLower(s), "python") {
			return true
		}
	}
	return false
}

var sqlStart = regexp.MustCompile(`(?i)^(?:select|with|create|drop|insert|set|show|use|describe|desc|explain|truncate|alter|refresh|delete|update|merge|call|optimize|vacuum|values)\b`)

// looksLikeSQL is whether the first word after comments is a statement's.
func looksLikeSQL(text string) bool {
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "--") || strings.HasPrefix(l, "%%") {
			continue
		}
		// Python's `with open(…) as f:` and `set = 1` begin alike.
		return sqlStart.MatchString(l) && !strings.HasSuffix(l, ":") && !pythonAssign.MatchString(l)
	}
	return false
}

var pythonAssign = regexp.MustCompile(`^[A-Za-z_]\w*\s*=[^=]`)

// magicFor is the first line that says dialect, "" where the notebook's own
// needs none.
func (d *Document) magicFor(dialect string) string {
	if dialect == "" || dialect == d.Dialect() && !d.isPython() {
		return ""
	}
	return "%%" + dialect + "\n"
}
