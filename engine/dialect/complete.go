package dialect

import (
	"context"
	"slices"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/fn"
	"laketop/engine/dialect/lex"
)

// CompletionSource knows the names of the lake.
type CompletionSource interface {
	// Databases lists the databases of the catalog in use.
	Databases(ctx context.Context) ([]string, error)
	// Tables lists the tables and views of a database; "" is the one in use,
	// or every one when that is not known.
	Tables(ctx context.Context, database string) ([]CompletionTable, error)
	// Columns lists the columns of a table named by one to three parts.
	Columns(ctx context.Context, parts []string) ([]Column, error)
}

// CompletionTable is a table or view that a source knows.
type CompletionTable struct {
	Name     string
	Database string // to be written before the name; "" where the name alone finds it
	View     bool
}

// CompletionKind is what a completion names.
type CompletionKind string

// The kinds of completions, in the order they are offered.
const (
	ColumnCompletion    CompletionKind = "column"
	AliasCompletion     CompletionKind = "alias" // of a relation or an entry of the select list
	TableCompletion     CompletionKind = "table"
	ViewCompletion      CompletionKind = "view"
	DatabaseCompletion  CompletionKind = "database"
	ParameterCompletion CompletionKind = "parameter"
	KeywordCompletion   CompletionKind = "keyword"
	FunctionCompletion  CompletionKind = "function"
)

// Completion is one thing that may stand at the cursor.
type Completion struct {
	Label  string
	Insert string // replaces the word before the cursor
	Kind   CompletionKind
	Detail string // a column's type
}

// Complete lists what may follow at offset of text: the columns of the
// relations in scope there (tables, subqueries, WITH queries), tables and
// databases behind FROM, functions and keywords. The text may be unfinished;
// names that the source does not know are left out. No prefix is applied
// beyond the word that ends at the cursor.
func Complete(ctx context.Context, d Dialect, text string, offset int, src CompletionSource) []Completion {
	offset = min(max(offset, 0), len(text))
	toks, _ := lex.Scan(d, text, nil) // an unfinished string ends the tokens: what stands before it counts
	c := &completer{ctx: ctx, d: d, src: src}
	c.statement(toks, offset)
	c.collect()
	return c.ranked()
}

type completer struct {
	ctx       context.Context
	d         Dialect
	src       CompletionSource
	toks      []lex.Token // of the statement, without the EOF
	at        int         // tokens before the word at the cursor
	prefix    string
	qualifier []string
	out       []Completion
	looked    int // relations looked into: a bound for queries that name each other
}

// statement cuts out the statement at the cursor, its prefix and qualifier.
func (c *completer) statement(toks []lex.Token, offset int) {
	toks = toks[:len(toks)-1]
	from, to := 0, len(toks)
	for i, t := range toks {
		if isSign(t, ";") {
			if t.Start < offset {
				from = i + 1
			} else {
				to = i
				break
			}
		}
	}
	c.toks = toks[from:to]
	for c.at < len(c.toks) && c.toks[c.at].End < offset {
		c.at++
	}
	if c.at < len(c.toks) && c.toks[c.at].Start < offset && c.toks[c.at].End == offset {
		if k := c.toks[c.at].Kind; k == lex.Word || k == lex.Quoted {
			c.prefix = c.toks[c.at].Value
		} else {
			c.at++
		}
	}
	for i := c.at - 1; i > 0 && isSign(c.toks[i], ".") && isName(c.toks[i-1]); i -= 2 {
		c.qualifier = append([]string{c.toks[i-1].Value}, c.qualifier...)
	}
}

func isSign(t lex.Token, s string) bool { return t.Kind == lex.Op && t.Value == s }

func isName(t lex.Token) bool { return t.Kind == lex.Word || t.Kind == lex.Quoted }

func isKey(t lex.Token, words ...string) bool {
	return t.Kind == lex.Word && slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, t.Value) })
}

// collect gathers by the place of the cursor.
func (c *completer) collect() {
	before := c.at - 1 - 2*len(c.qualifier)
	afterFrom := before >= 0 && (isKey(c.toks[before], "FROM", "JOIN", "INTO", "TABLE", "OVERWRITE", "DESCRIBE", "VIEW") || c.inFromList(before))
	switch {
	case before >= 0 && isKey(c.toks[before], "USE", "DATABASE"):
		c.databases()
		return
	case afterFrom && len(c.qualifier) > 0:
		c.tables(c.qualifier[len(c.qualifier)-1])
		return
	case afterFrom:
		for _, w := range c.withQueries() {
			c.add(w.name, AliasCompletion, "")
		}
		c.tables("")
		c.databases()
		return
	}
	c.columns()
	if len(c.qualifier) > 0 {
		c.tables(c.qualifier[len(c.qualifier)-1])
		return
	}
	c.databases()
	for _, name := range fn.Names(string(c.d)) {
		c.addAs(name, name+"(", FunctionCompletion, "")
	}
	for _, k := range completionKeywords {
		c.add(k, KeywordCompletion, "")
	}
}

// inFromList tells whether the token at is a comma between relations.
func (c *completer) inFromList(at int) bool {
	if !isSign(c.toks[at], ",") {
		return false
	}
	i := c.back(at, "FROM", "SELECT", "WHERE", "ON", "BY", "HAVING", "SET", "VALUES")
	return i >= 0 && isKey(c.toks[i], "FROM")
}

// back is the last of some words before a token, among those of its own level of
// parentheses; -1 for none.
func (c *completer) back(at int, words ...string) int {
	depth := 0
	for i := at - 1; i >= 0; i-- {
		switch t := c.toks[i]; {
		case isSign(t, ")"):
			depth++
		case isSign(t, "("):
			if depth--; depth < 0 {
				return -1
			}
		case depth == 0 && isKey(t, words...):
			return i
		}
	}
	return -1
}

func (c *completer) databases() {
	dbs, err := c.src.Databases(c.ctx)
	if err != nil {
		return
	}
	for _, db := range dbs {
		c.add(db, DatabaseCompletion, "")
	}
}

func (c *completer) tables(db string) {
	tables, err := c.src.Tables(c.ctx, db)
	if err != nil {
		return
	}
	for _, t := range tables {
		kind, insert, detail := TableCompletion, c.quoted(t.Name, TableCompletion), db
		if t.View {
			kind = ViewCompletion
		}
		if t.Database != "" {
			insert, detail = c.quoted(t.Database, DatabaseCompletion)+"."+insert, t.Database
		}
		c.addAs(t.Name, insert, kind, detail)
	}
}

// columns offers the columns of the relations in scope, and their aliases.
func (c *completer) columns() {
	depth := c.group(c.at)
	for _, r := range c.relations(0, len(c.toks)) {
		if !c.sees(r.at, depth) {
			continue
		}
		if len(c.qualifier) > 0 && !strings.EqualFold(r.alias, c.qualifier[len(c.qualifier)-1]) {
			continue
		}
		for _, col := range c.columnsOf(r, 0) {
			c.add(col.Name, ColumnCompletion, c.typeText(col))
		}
		if len(c.qualifier) == 0 {
			c.add(r.alias, AliasCompletion, "")
		}
	}
	if len(c.qualifier) == 0 && c.behindList() {
		if from := c.selectBefore(c.at); from >= 0 {
			for _, col := range c.outputs(from, len(c.toks), 1) {
				c.add(col.Name, AliasCompletion, "")
			}
		}
	}
}

func (c *completer) typeText(col Column) string {
	switch {
	case col.Type.Kind == datatype.Unknown:
		return ""
	case c.d == Flink:
		return col.Type.Flink()
	case c.d == StarRocks:
		return col.Type.StarRocks()
	case c.d == DuckDB:
		if s, err := col.Type.DuckDB(); err == nil {
			return s
		}
	}
	return col.Type.Spark()
}

// behindList: GROUP BY, HAVING and ORDER BY may name entries of the list.
func (c *completer) behindList() bool {
	i := c.back(c.at, "BY", "HAVING", "QUALIFY", "SELECT", "FROM", "WHERE")
	return i >= 0 && isKey(c.toks[i], "BY", "HAVING", "QUALIFY")
}

// selectBefore is the SELECT of the cursor's level, -1 if there is none.
func (c *completer) selectBefore(at int) int { return c.back(at, "SELECT") }

// group is the stack of open parentheses at token at, as their positions.
func (c *completer) group(at int) []int {
	var stack []int
	for i := range min(at, len(c.toks)) {
		switch t := c.toks[i]; {
		case isSign(t, "("):
			stack = append(stack, i)
		case isSign(t, ")") && len(stack) > 0:
			stack = stack[:len(stack)-1]
		}
	}
	return stack
}

// sees: a place inside group sees the relations of its own and outer groups.
func (c *completer) sees(at int, group []int) bool {
	own := c.group(at)
	return len(own) <= len(group) && slices.Equal(own, group[:len(own)])
}

// found is a relation in a FROM clause.
type found struct {
	at       int // of its first token
	alias    string
	name     []string // of a table or WITH query
	from, to int      // tokens of a subquery
}

// relations are those of every FROM and JOIN between two tokens.
func (c *completer) relations(from, to int) []found {
	var out []found
	for i := from; i < to; i++ {
		if isKey(c.toks[i], "FROM", "JOIN") {
			for i+1 < to {
				r, next := c.relation(i+1, to)
				if r.alias != "" {
					out = append(out, r)
				}
				if next >= to || !isSign(c.toks[next], ",") || next <= i {
					break
				}
				i = next
			}
		}
	}
	return out
}

// relation reads one name or subquery with its alias.
func (c *completer) relation(i, to int) (found, int) {
	r := found{at: i}
	switch {
	case i < to && isSign(c.toks[i], "("):
		end := c.matching(i)
		r.from, r.to = i+1, end
		i = end + 1
	case i < to && isName(c.toks[i]):
		r.name = []string{c.toks[i].Value}
		for i+2 < to && isSign(c.toks[i+1], ".") && isName(c.toks[i+2]) {
			r.name = append(r.name, c.toks[i+2].Value)
			i += 2
		}
		r.alias = r.name[len(r.name)-1]
		i++
	default:
		return r, i
	}
	if i < to && isKey(c.toks[i], "AS") {
		i++
	}
	if i < to && isName(c.toks[i]) && !isKey(c.toks[i], notAliases...) {
		r.alias = c.toks[i].Value
		i++
	}
	return r, i
}

var notAliases = strings.Fields("WHERE GROUP ORDER HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON USING UNION EXCEPT INTERSECT LATERAL WINDOW QUALIFY SEMI ANTI NATURAL SELECT AS SET")

// matching is the parenthesis that closes the one at i, or the end.
func (c *completer) matching(i int) int {
	depth := 0
	for ; i < len(c.toks); i++ {
		if isSign(c.toks[i], "(") {
			depth++
		} else if isSign(c.toks[i], ")") {
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(c.toks)
}

// withQuery is name AS (tokens).
type withQuery struct {
	name     string
	from, to int
}

func (c *completer) withQueries() []withQuery {
	var out []withQuery
	for i := 0; i+2 < len(c.toks); i++ {
		if isName(c.toks[i]) && isKey(c.toks[i+1], "AS") && isSign(c.toks[i+2], "(") && i+3 < len(c.toks) && isKey(c.toks[i+3], "SELECT", "WITH", "VALUES") {
			out = append(out, withQuery{c.toks[i].Value, i + 3, c.matching(i + 2)})
		}
	}
	return out
}

// columnsOf are the columns of a relation: a subquery's or WITH query's
// output, else what the source knows.
func (c *completer) columnsOf(r found, depth int) []Column {
	if c.looked++; depth > 8 || c.looked > 1000 {
		return nil
	}
	if r.name == nil {
		return c.outputs(r.from, r.to, depth+1)
	}
	if len(r.name) == 1 {
		for _, w := range c.withQueries() {
			if strings.EqualFold(w.name, r.name[0]) && (r.at < w.from || r.at >= w.to) {
				return c.outputs(w.from, w.to, depth+1)
			}
		}
	}
	cols, err := c.src.Columns(c.ctx, r.name)
	if err != nil {
		return nil // a name that is not there yet offers nothing
	}
	return cols
}

// outputs are the columns that the first SELECT between two tokens gives.
func (c *completer) outputs(from, to, depth int) []Column {
	i := from
	for level := 0; i < to && (level > 0 || !isKey(c.toks[i], "SELECT")); i++ {
		if isSign(c.toks[i], "(") {
			level++
		} else if isSign(c.toks[i], ")") {
			level--
		}
	}
	var out []Column
	start, level := i+1, 0
	for i++; i <= to && i <= len(c.toks); i++ {
		end := i == to || i == len(c.toks)
		if !end && isSign(c.toks[i], "(") {
			level++
		}
		if !end && isSign(c.toks[i], ")") {
			level--
		}
		if !end && (level > 0 || !isSign(c.toks[i], ",") && !isKey(c.toks[i], "FROM")) {
			continue
		}
		out = append(out, c.entry(start, i, to, depth)...)
		if end || !isSign(c.toks[i], ",") {
			break
		}
		start = i + 1
	}
	return out
}

// entry is one entry of a select list: its columns.
func (c *completer) entry(start, end, to, depth int) []Column {
	if start >= end {
		return nil
	}
	last := c.toks[end-1]
	if !slices.ContainsFunc(c.toks[start:end], func(t lex.Token) bool { return isSign(t, "*") }) || isName(last) {
		if isName(last) && !isKey(last, "END", "NULL") {
			return []Column{{Name: last.Value}}
		}
		return nil
	}
	var out []Column
	for _, r := range c.relations(end, to) {
		if slices.Equal(c.group(r.at), c.group(start)) {
			out = append(out, c.columnsOf(r, depth)...)
		}
	}
	return out
}

var completionKeywords = strings.Fields(`SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON USING UNION ALL
DISTINCT AS AND OR NOT IN EXISTS BETWEEN LIKE RLIKE IS NULL TRUE FALSE CASE WHEN THEN ELSE END CAST WITH INSERT INTO OVERWRITE VALUES CREATE
TABLE VIEW DATABASE IF DROP REPLACE PARTITIONED DESCRIBE SHOW TABLES DATABASES EXPLAIN SET USE OVER PARTITION ROWS RANGE ASC DESC NULLS FIRST
LAST INTERVAL QUALIFY LATERAL EXCEPT INTERSECT TRUNCATE TBLPROPERTIES COMMENT`)

func (c *completer) add(name string, kind CompletionKind, detail string) {
	c.addAs(name, c.quoted(name, kind), kind, detail)
}

func (c *completer) addAs(label, insert string, kind CompletionKind, detail string) {
	if label != "" && strings.HasPrefix(strings.ToLower(label), strings.ToLower(c.prefix)) {
		c.out = append(c.out, Completion{Label: label, Insert: insert, Kind: kind, Detail: detail})
	}
}

// quoted puts a name in quotes if it cannot stand without.
func (c *completer) quoted(name string, kind CompletionKind) string {
	toks, err := lex.Scan(c.d, name, nil)
	if kind == KeywordCompletion || err == nil && len(toks) == 2 && toks[0].Kind == lex.Word && !isKey(toks[0], notAliases...) {
		return name
	}
	if c.d == DuckDB {
		return ident(name)
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

var kindRank = []CompletionKind{
	ColumnCompletion, AliasCompletion, TableCompletion, ViewCompletion, DatabaseCompletion, ParameterCompletion, KeywordCompletion, FunctionCompletion,
}

func (c *completer) ranked() []Completion {
	slices.SortStableFunc(c.out, func(a, b Completion) int {
		if d := slices.Index(kindRank, a.Kind) - slices.Index(kindRank, b.Kind); d != 0 {
			return d
		}
		return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label))
	})
	return slices.CompactFunc(c.out, func(a, b Completion) bool { return a.Label == b.Label && a.Kind == b.Kind })
}
