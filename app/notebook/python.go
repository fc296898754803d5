package notebook

import (
	"regexp"
	"strings"

	"laketop/engine/problem"
)

// pythonProblem is what running a Python cell answers: the SQL that does what
// the cell does, where its calls are known. before are the Python cells above,
// whose variables the cell may use.
func pythonProblem(before []string, text string) *problem.Error {
	sql := ProposeSQL(before, text)
	if sql == "" {
		return problem.New("notebook.python")
	}
	return problem.New("notebook.python_as_sql", "sql", sql)
}

// ProposeSQL recognises reads of files into tables, spark.sql("…") and
// glob_count in PySpark text and writes them as Spark SQL; "" when there is
// none. It only proposes: nothing of it runs unseen.
func ProposeSQL(before []string, text string) string {
	p := proposer{vars: map[string]string{}, frames: map[string]string{}}
	for _, b := range before {
		p.read(b)
	}
	p.out = nil
	p.read(text)
	return strings.Join(p.out, "\n\n")
}

type proposer struct {
	vars   map[string]string // string variables
	frames map[string]string // data frame → relation text
	out    []string
}

const (
	pyString = `(f|r|F|R)?("""(?s:.*?)"""|'''(?s:.*?)'''|"[^"\n]*"|'[^'\n]*')`
	pyName   = `[A-Za-z_][A-Za-z0-9_]*`
)

var (
	pyAssign = regexp.MustCompile(`^\s*(` + pyName + `)\s*=\s*` + pyString + `\s*(?:#.*)?$`)
	pyFrame  = regexp.MustCompile(`^\s*(` + pyName + `)\s*=\s*spark\s*\.\s*read\b`)
	pyRead   = regexp.MustCompile(`spark\s*\.\s*read\s*(?:\.\s*(?:option|options|schema)\s*\([^()]*\)\s*)*\.\s*(parquet|csv|json|orc)\s*\(\s*(` + pyString + `|` + pyName + `)`)
	pyLoad   = regexp.MustCompile(`spark\s*\.\s*read\s*\.\s*format\s*\(\s*["'](parquet|csv|json|orc)["']\s*\)[^\n]*?\.\s*load\s*\(\s*(` + pyString + `|` + pyName + `)`)
	pySave   = regexp.MustCompile(`\.\s*saveAsTable\s*\(\s*(` + pyString + `|` + pyName + `)`)
	pyWrite  = regexp.MustCompile(`(` + pyName + `)\s*\.\s*write\b`)
	pyMode   = regexp.MustCompile(`\.\s*mode\s*\(\s*["'](\w+)["']`)
	pySQL    = regexp.MustCompile(`spark\s*\.\s*sql\s*\(\s*(` + pyString + `|` + pyName + `)`)
	pyGlob   = regexp.MustCompile(`\bglob_count\s*\(\s*(` + pyString + `|` + pyName + `)\s*\)`)
	pyHole   = regexp.MustCompile(`\{(` + pyName + `)\}`)
)

func (p *proposer) read(text string) {
	for _, s := range statements(text) {
		p.statement(s)
	}
}

func (p *proposer) statement(s string) {
	if m := pyAssign.FindStringSubmatch(s); m != nil {
		p.vars[m[1]] = p.text(m[2] + m[3])
		return
	}
	relation := p.relation(s)
	if m := pyFrame.FindStringSubmatch(s); m != nil && relation != "" {
		p.frames[m[1]] = relation
		return
	}
	for _, m := range pyGlob.FindAllStringSubmatch(s, -1) {
		if strings.Contains(s, "def ") {
			break
		}
		p.out = append(p.out, "SELECT count(*) AS matched FROM files("+sqlString(p.text(m[1]))+");")
	}
	for _, m := range pySQL.FindAllStringSubmatch(s, -1) {
		p.out = append(p.out, strings.TrimRight(strings.TrimSpace(p.text(m[1])), ";")+";")
	}
	save := pySave.FindStringSubmatch(s)
	if save == nil {
		return
	}
	if m := pyWrite.FindStringSubmatch(s); relation == "" && m != nil {
		relation = p.frames[m[1]]
	}
	if relation != "" {
		p.out = append(p.out, saveSQL(p.text(save[1]), relation, pyMode.FindStringSubmatch(s)))
	}
}

// relation is the files a statement reads, as a FROM operand.
func (p *proposer) relation(s string) string {
	for _, re := range []*regexp.Regexp{pyRead, pyLoad} {
		if m := re.FindStringSubmatch(s); m != nil {
			return m[1] + ".`" + p.text(m[2]) + "`"
		}
	}
	return ""
}

func saveSQL(table, relation string, mode []string) string {
	if mode != nil && mode[1] == "append" {
		return "INSERT INTO " + table + "\nSELECT * FROM " + relation + ";"
	}
	create := "CREATE TABLE " + table + "\nUSING paimon\nAS\nSELECT * FROM " + relation + ";"
	if mode != nil && mode[1] == "overwrite" {
		return "DROP TABLE IF EXISTS " + table + ";\n" + create
	}
	return create
}

// text is a string literal's or a known variable's value. An f-string's holes
// are filled from known variables; a hole that is not known stays as ${name},
// a notebook parameter.
func (p *proposer) text(token string) string {
	quote := strings.IndexAny(token, `"'`)
	if quote < 0 {
		if v, ok := p.vars[token]; ok {
			return v
		}
		return "${" + token + "}"
	}
	body := token[quote:]
	n := 1
	if strings.HasPrefix(body, `"""`) || strings.HasPrefix(body, `'''`) {
		n = 3
	}
	body = body[n : len(body)-n]
	if strings.EqualFold(token[:quote], "f") {
		body = pyHole.ReplaceAllStringFunc(body, func(h string) string {
			if v, ok := p.vars[h[1:len(h)-1]]; ok {
				return v
			}
			return "$" + h
		})
	}
	return body
}

func sqlString(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }

// statements cuts Python text at line ends outside brackets and strings;
// comments go. Magic lines are no statements.
func statements(text string) []string {
	var out []string
	var b strings.Builder
	depth := 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '"' || c == '\'':
			n := stringLen(text[i:])
			b.WriteString(text[i : i+n])
			i += n
		case c == '\n' && depth <= 0:
			out = append(out, b.String())
			b.Reset()
			i++
		default:
			switch c {
			case '(', '[', '{':
				depth++
			case ')', ']', '}':
				depth--
			}
			b.WriteByte(c)
			i++
		}
	}
	return append(out, b.String())
}

// stringLen is the length of the Python string that s begins with.
func stringLen(s string) int {
	q := s[:1]
	if strings.HasPrefix(s, q+q+q) {
		if i := strings.Index(s[3:], q+q+q); i >= 0 {
			return i + 6
		}
		return len(s)
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case q[0]:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(s)
}
