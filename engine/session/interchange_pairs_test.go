package session_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/duck"
	"laketop/engine/judge"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/engine/soak"
)

// TestInterchangePairs has Laketop and Paimon Java write the same table in
// turns, for every pair of choices of features, and a twin that Java alone
// writes by its own operations. After each step both read what Java reads of
// the twin; a changelog tells the same changes with the same kinds.
//
// A seventh of the combinations run; LAKETOP_SOAK=1 runs all. What came of each is
// held to testdata/compatibility, which docs/compatibility.md is written from.
func TestInterchangePairs(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	x := newInterchange(t)
	seen := outcomes{}
	for i, row := range cover(features, compatible) {
		if !soak.On() && i%7 != seventh() { // features of two and three choices turn with it
			continue
		}
		c := newCombination(i, row)
		t.Run(c.name, func(t *testing.T) {
			p := &pairing{interchange: x, T: t, c: c, r: rand.New(rand.NewPCG(uint64(i), 11)), said: outcome{}}
			p.run()
			seen[c.name] = p.said
			if *update { // a run that is stopped keeps what it has
				seen.hold(t)
			}
		})
	}
	seen.hold(t)
}

// seventh is which seventh of the combinations runs: another one with Paimon 2.
func seventh() int {
	if judge.Paimon2() {
		return 1
	}
	return 0
}

func newInterchange(t *testing.T) *interchange {
	t.Helper()
	l := lakeAt(t, t.TempDir(), duck.Options{})
	warehouse := filepath.Join(l.dir, "warehouse")
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d", nil)
	x := &interchange{lake: l, s: s, java: judge.Java(t).At(warehouse, "d")}
	if !judge.Paimon2() {
		x.python = judge.Python(t).At(warehouse, "d")
	}
	return x
}

// combination is a table with a choice of each feature.
type combination struct {
	number           int
	name             string
	choice           map[string]string
	fields           []string // "name TYPE"
	primary, parts   []string
	options          map[string]string
	values           []sample // of the column c
	updates, deletes bool     // whether rows can be updated and deleted
	late             bool     // late rows show whether a deletion was compacted away, and that is up to each writer: none is deleted
}

func newCombination(number int, row []int) combination {
	choice := map[string]string{}
	var names []string
	for i, f := range features {
		choice[f.name] = f.choices[row[i]]
		names = append(names, f.choices[row[i]])
	}
	return combinationOf(number, fmt.Sprintf("%03d %s", number, strings.Join(names, "; ")), choice)
}

func combinationOf(number int, name string, choice map[string]string) combination {
	c := combination{number: number, name: name, choice: choice, options: map[string]string{"num-sorted-run.compaction-trigger": "3"}}
	typ, engine := choice["type"], choice["merge engine"]
	for _, s := range samplesOf {
		if s.typ == typ {
			c.values = s.values
		}
	}
	c.fields = []string{"id INT NOT NULL", "n INT", "c " + typ}
	if c.keyed() {
		c.primary = []string{"id"}
		if choice["key"] != "id" {
			c.fields[2] += " NOT NULL"
			c.primary = []string{"c", "id"}
		}
	}
	switch choice["partitioned by"] {
	case "STRING":
		c.fields, c.parts = append(c.fields, "p STRING NOT NULL"), []string{"p"}
	case "DATE and BIGINT":
		c.fields, c.parts = append(c.fields, "q BIGINT NOT NULL", "p DATE NOT NULL"), []string{"p", "q"}
	}
	if c.keyed() {
		c.primary = append(slices.Clone(c.parts), c.primary...)
	}
	c.tune(engine)
	return c
}

func (c *combination) keyed() bool { return c.choice["merge engine"] != keyless }

// tune sets the options of the choices and what the merge engine can do.
func (c *combination) tune(engine string) {
	c.options["bucket"] = c.choice["buckets"]
	if c.choice["buckets"] == unaware {
		c.options["bucket"] = "-1"
	} else if !c.keyed() {
		c.options["bucket-key"] = "id"
	}
	if p := c.choice["changelog producer"]; p != "none" {
		c.options["changelog-producer"] = p
	}
	if v := c.choice["deletion vectors"]; v != "off" {
		c.options["deletion-vectors.enabled"] = "true"
		if v == "64 bits" {
			c.options["deletion-vectors.bitmap64"] = "true"
		}
	}
	name, how, _ := strings.Cut(engine, ", ")
	if name != keyless && name != "deduplicate" {
		c.options["merge-engine"] = name
	}
	switch how {
	case "sequence field":
		c.options["sequence.field"] = "n"
	case "sequence group":
		c.options["fields.n.sequence-group"] = "c"
		if c.choice["key"] != "id" {
			delete(c.options, "fields.n.sequence-group") // no key may be in a group
		}
	case "removing":
		c.options["partial-update.remove-record-on-delete"] = "true"
	}
	if name == "aggregation" {
		c.options["fields.n.aggregate-function"] = "sum"
		if c.choice["key"] == "id" {
			c.options["fields.c.aggregate-function"] = "last_value"
		}
	}
	c.updates = name == keyless || name == "deduplicate" || name == "partial-update"
	c.deletes = name == keyless || name == "deduplicate" || how == "removing"
	c.late = how == "sequence field"
	if c.choice["changelog producer"] == "full-compaction" {
		c.options["num-sorted-run.compaction-trigger"] = "50" // both compact when the test says, and tell the same
	}
}

// pairing is a combination at work: a table of both and its twin.
type pairing struct {
	*testing.T
	*interchange
	c            combination
	r            *rand.Rand
	ours, theirs string  // "ours7", or its branch
	rows         [][]any // of a table without key, that Java cannot update
	from         int64   // the first snapshot that both tables told
	said         outcome
}

func (p *pairing) run() {
	main := fmt.Sprint("ours", p.c.number)
	p.ours, p.theirs = main, fmt.Sprint("theirs", p.c.number)
	p.create(main)
	first := p.javaWrites("+I")
	p.same("Java writes")
	p.said["read"] = "yes"
	if p.from = 1; p.c.choice["branch"] != "main" {
		p.branch(main)
		p.from = p.latest(main) + 1
	}
	p.inserts()
	p.same("Laketop inserts")
	p.said["write"] = "yes"
	for round := range 3 {
		p.javaWrites("+I", "+U")
		p.same(fmt.Sprint("Java's turn ", round))
		p.changes(round)
		if p.c.choice["changelog producer"] == "full-compaction" {
			p.compact(round == 1)
		}
		p.same(fmt.Sprint("Laketop's turn ", round))
	}
	p.said["turns"] = "yes"
	p.compacts()
	p.said["compaction"] = "yes"
	if p.c.choice["branch"] != "main" {
		p.forward(main, first)
		p.said["branch"] = "yes"
	}
	p.thirdVoice()
	p.java.Drop(p.T, main)
	p.java.Drop(p.T, p.theirs)
}

// create has one of both make the table and Java its twin.
func (p *pairing) create(name string) {
	table := judge.Table{Fields: judge.Fields(p.T, p.c.fields...), Primary: p.c.primary, Partition: p.c.parts, Options: p.c.options}
	p.java.Create(p.T, p.theirs, table)
	if p.c.number%2 == 0 {
		p.java.Create(p.T, name, table)
		return
	}
	p.lake.run(p.T, p.s, "flink", p.c.ddl(name), nil)
	require.Equal(p.T, p.schema(p.theirs), p.schema(name), "the schema")
}

func (c *combination) ddl(name string) string {
	columns := slices.Clone(c.fields)
	if len(c.primary) > 0 {
		columns = append(columns, "PRIMARY KEY ("+strings.Join(c.primary, ", ")+") NOT ENFORCED")
	}
	text := "CREATE TABLE d." + name + " (" + strings.Join(columns, ", ") + ")"
	if len(c.parts) > 0 {
		text += " PARTITIONED BY (" + strings.Join(c.parts, ", ") + ")"
	}
	var options []string
	for _, k := range slices.Sorted(maps.Keys(c.options)) {
		options = append(options, "'"+k+"' = '"+c.options[k]+"'")
	}
	return text + " WITH (" + strings.Join(options, ", ") + ")"
}

// schema is a schema without the time when it was made.
func (p *pairing) schema(name string) map[string]any {
	p.Helper()
	out := map[string]any{}
	require.NoError(p.T, json.Unmarshal(p.java.Schema(p.T, name), &out))
	delete(out, "timeMillis")
	if options, ok := out["options"].(map[string]any); ok {
		delete(options, "path") // of the table itself
	}
	if strings.HasPrefix(p.c.choice["type"], "ROW<") {
		delete(out, "fields") // the twin has the ids that the judge's caller gave to the members
		delete(out, "highestFieldId")
	}
	return out
}

// branch goes on in a branch of the first rows; main stays as it is.
func (p *pairing) branch(main string) {
	p.java.Tag(p.T, main, "t0", 0)
	if p.c.number%2 == 0 {
		p.java.Branch(p.T, main, "b1", "t0")
	} else {
		p.lake.run(p.T, p.s, "spark", "CALL sys.create_branch('d."+main+"', 'b1', 't0')", nil)
	}
	p.ours = main + "$branch_b1"
}

// forward makes main what the branch is.
func (p *pairing) forward(main string, first [][]any) {
	want := p.want()
	require.Equal(p.T, judge.Lines(p.T, first), judge.Lines(p.T, p.java.Read(p.T, main, judge.Read{}).Rows), "main beside its branch")
	require.Equal(p.T, judge.Lines(p.T, first), judge.Lines(p.T, p.reads(main)), "main beside its branch")
	if p.c.number%2 == 0 {
		p.lake.run(p.T, p.s, "spark", "CALL sys.fast_forward('d."+main+"', 'b1')", nil)
	} else {
		p.java.FastForward(p.T, main, "b1")
	}
	require.Equal(p.T, want, judge.Lines(p.T, p.java.Read(p.T, main, judge.Read{}).Rows), "fast-forward")
	require.Equal(p.T, want, judge.Lines(p.T, p.reads(main)), "fast-forward")
	p.ours = main
}

// some are rows with keys of their own, each value as SQL and as the judges
// write it.
func (p *pairing) some(n int) (sql []string, rows [][]any) {
	for _, id := range p.r.Perm(10)[:n] {
		value := p.c.values[p.r.IntN(len(p.c.values))]
		if p.r.IntN(4) == 0 && !slices.Contains(p.c.primary, "c") {
			value = sample{"CAST(NULL AS " + p.c.choice["type"] + ")", nil}
		}
		if value.want != nil && strings.HasPrefix(p.c.choice["type"], "TIME(") {
			value.sql = "CAST(" + value.sql + " AS " + p.c.choice["type"] + ")"
		}
		number := p.r.IntN(50)
		cells := []string{fmt.Sprint(id), fmt.Sprint(number), value.sql}
		row := []any{fmt.Sprint(id), fmt.Sprint(number), value.want}
		switch k := p.r.IntN(2); len(p.c.parts) {
		case 1:
			text := []string{"a b", "广东"}[k]
			cells, row = append(cells, "'"+text+"'"), append(row, text)
		case 2:
			q, day := []string{"-1", "9223372036854775807"}[k], []string{"1969-12-31", "2024-02-29"}[k]
			cells, row = append(cells, "CAST("+q+" AS BIGINT)", "DATE '"+day+"'"), append(row, q, day)
		}
		sql, rows = append(sql, "SELECT "+strings.Join(cells, ", ")), append(rows, row)
	}
	return sql, rows
}

// javaWrites has Java write rows of some of these kinds into both tables.
func (p *pairing) javaWrites(kinds ...string) [][]any {
	p.Helper()
	_, rows := p.some(6)
	w := judge.Write{Rows: rows}
	for range rows {
		kind := kinds[p.r.IntN(len(kinds))]
		if p.c.choice["merge engine"] == firstRow || !p.c.keyed() {
			kind = "+I"
		}
		w.Kinds = append(w.Kinds, kind)
	}
	if p.c.deletes && !p.c.late && p.c.keyed() && len(kinds) > 1 {
		w.Kinds[0] = "-D"
	}
	p.rows = append(p.rows, rows...)
	p.java.Write(p.T, p.ours, w)
	if p.c.keyed() {
		p.java.Write(p.T, p.theirs, w)
		return p.java.Read(p.T, p.theirs, judge.Read{}).Rows
	}
	return slices.Clone(p.rows)
}

// inserts has Laketop insert.
func (p *pairing) inserts() {
	p.Helper()
	sql, rows := p.some(5)
	p.sql("INSERT INTO %s " + strings.Join(sql, " UNION ALL "))
	p.twin("+I", rows)
	p.rows = append(p.rows, rows...)
}

func (p *pairing) sql(text string) {
	p.Helper()
	p.lake.run(p.T, p.s, "flink", fmt.Sprintf(text, p.table()), nil)
}

func (p *pairing) table() string { return "d.`" + p.ours + "`" }

// twin has Java write to the twin what Laketop wrote to the table.
func (p *pairing) twin(kind string, rows [][]any) {
	p.Helper()
	if p.c.keyed() && len(rows) > 0 {
		p.java.Write(p.T, p.theirs, judge.Write{Rows: rows, Kinds: slices.Repeat([]string{kind}, len(rows))})
	}
}

// changes has Laketop insert, update and delete as the table lets it; what it
// does not let is refused by name and leaves no trace.
func (p *pairing) changes(round int) {
	p.Helper()
	if round != 1 {
		p.inserts()
	}
	id := fmt.Sprint(p.r.IntN(8))
	update := fmt.Sprintf("UPDATE %%s SET n = %d WHERE id = %s OR id = 9", 50+round, id)
	remove := fmt.Sprintf("DELETE FROM %%s WHERE id = %s OR id = 8", id)
	met := func(other string) [][]any {
		var out [][]any
		for _, row := range p.now() {
			if row[0] == id || row[0] == other {
				out = append(out, slices.Clone(row))
			}
		}
		return out
	}
	if p.c.updates {
		rows := met("9")
		p.sql(update)
		for _, row := range rows {
			row[1] = strconv.Itoa(50 + round)
		}
		p.twin("+U", rows)
		p.rows = append(p.but(id, "9"), rows...)
	} else {
		p.refused(update)
	}
	p.same("an update")
	switch {
	case !p.c.deletes:
		p.refused(remove)
	case !p.c.late:
		rows := met("8")
		p.sql(remove)
		p.twin("-D", rows)
		p.rows = p.but(id, "8")
	}
}

// but are the rows of other keys.
func (p *pairing) but(ids ...string) [][]any {
	return slices.DeleteFunc(slices.Clone(p.rows), func(row []any) bool { return slices.Contains(ids, row[0].(string)) })
}

// now are the rows that the table should have.
func (p *pairing) now() [][]any {
	if p.c.keyed() {
		return p.java.Read(p.T, p.theirs, judge.Read{}).Rows
	}
	return p.rows
}

func (p *pairing) want() []string { return judge.Lines(p.T, p.now()) }

func (p *pairing) reads(name string) [][]any {
	p.Helper()
	return p.values(p.T, p.s, "flink", "SELECT * FROM d.`"+name+"`")
}

// refused requires that a statement fails with a problem of our own and that no
// file is written, and notes its code.
func (p *pairing) refused(text string) {
	p.Helper()
	before := p.files()
	_, err := p.s.Run(context.Background(), session.Request{Dialect: "flink", Text: fmt.Sprintf(text, p.table())}, nil)
	found, ok := problem.As(err)
	require.True(p.T, ok, "%s: %v", text, err)
	require.Contains(p.T, refusals, found.Code, "%s: %v", text, err)
	require.Equal(p.T, before, p.files(), "%s wrote", text)
	word, _, _ := strings.Cut(text, " ")
	p.said[word] = found.Code
}

// refusals are the codes that say a table cannot take a statement.
var refusals = []string{"dml.merge_engine", "dml.no_deletes", "table.bucket_mode_write"}

func (x *interchange) files() []string {
	var out []string
	_ = filepath.WalkDir(filepath.Join(x.dir, "warehouse", "d.db"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	return out
}

// same holds the table, as both read it, to its twin.
func (p *pairing) same(step string) {
	p.Helper()
	want := p.want()
	require.Equal(p.T, want, judge.Lines(p.T, p.java.Read(p.T, p.ours, judge.Read{}).Rows), "Java reads, %s", step)
	require.Equal(p.T, want, judge.Lines(p.T, p.reads(p.ours)), "Laketop reads, %s", step)
	if p.c.keyed() {
		require.Equal(p.T, want, judge.Lines(p.T, p.reads(p.theirs)), "Laketop reads Java's, %s", step)
	}
}

// compacts has Laketop compact fully, and both go on.
func (p *pairing) compacts() {
	p.Helper()
	p.compact(false)
	p.same("Laketop compacts")
	p.told("Laketop compacts")
	p.javaWrites("+I", "+U")
	p.same("Java goes on")
	p.inserts()
	p.same("Laketop goes on")
	p.compact(true)
	p.same("Java compacts")
	p.told("Java compacts")
	if p.c.choice["changelog producer"] != "none" {
		p.said["changelog"] = "yes"
	}
}

// compact has Java or Laketop compact all of the table, and Java the twin.
func (p *pairing) compact(java bool) {
	p.Helper()
	switch {
	case !java:
		p.lake.run(p.T, p.s, "spark", "CALL sys.compact(table => '"+strings.ReplaceAll(p.table(), "`", "")+"')", nil)
	case p.c.choice["buckets"] == unaware: // one file that is compacted already has Java throw
		a := p.java.Ask(p.T, "compact", p.ours, judge.Compact{Full: true})
		require.True(p.T, a.Error == "" || a.IsRefused("EndOfScanException"), a.Error)
	default:
		p.java.Compact(p.T, p.ours, judge.Compact{Full: true})
	}
	if p.c.keyed() {
		p.java.Compact(p.T, p.theirs, judge.Compact{Full: true})
	}
}

// told holds what a streaming reader meets to the twin's, and the changelog that
// Laketop reads to Java's.
func (p *pairing) told(step string) {
	p.Helper()
	audit := p.ours + "$audit_log"
	require.Equal(p.T, judge.Lines(p.T, p.java.Read(p.T, audit, judge.Read{}).Rows), judge.Lines(p.T, p.reads(audit)), "the audit log, %s", step)
	producer := p.c.choice["changelog producer"]
	if producer == "none" {
		return
	}
	theirs, ours := p.java.Changes(p.T, p.theirs, judge.Changes{From: p.from}), p.java.Changes(p.T, p.ours, judge.Changes{From: p.from})
	require.Equal(p.T, kinded(p.T, theirs), kinded(p.T, ours), "the changelog, %s", step)
	if p.c.choice["deletion vectors"] != "off" && producer == "input" && !judge.Paimon2() {
		return // Paimon 1 leaves level 0 out of what it reads between snapshots, Paimon 2 does not
	}
	between := map[string]string{"incremental-between": fmt.Sprintf("%d,%d", p.from, p.latest(p.ours)), "incremental-between-scan-mode": "changelog"}
	want := p.java.Read(p.T, audit, judge.Read{Options: between}).Rows
	got := p.values(p.T, p.s, "flink", "SELECT * FROM d.`"+audit+"`"+hint(between))
	require.Equal(p.T, judge.Lines(p.T, want), judge.Lines(p.T, got), "the changelog as rows, %s", step)
}

// kinded are the rows of an answer with their kinds.
func kinded(tb testing.TB, a judge.Answer) []string {
	tb.Helper()
	rows := make([][]any, len(a.Rows))
	for i, row := range a.Rows {
		rows[i] = append([]any{a.Kinds[i]}, row...)
	}
	return judge.Lines(tb, rows)
}

// thirdVoice notes what pypaimon makes of the table. It may fail, and it may
// read other rows than Java when it does so of Java's own table too.
func (p *pairing) thirdVoice() {
	p.Helper()
	if p.python.Judge == nil {
		return
	}
	p.said["pypaimon"] = p.pythonReads(p.ours, p.theirs)
}

func (p *pairing) pythonReads(ours, theirs string) string {
	p.Helper()
	got := p.python.Ask(p.T, "read", ours, nil)
	same := got.Error == "" && slices.Equal(p.want(), judge.Lines(p.T, got.Rows))
	if same {
		return "yes"
	}
	if p.c.keyed() {
		twin := p.python.Ask(p.T, "read", theirs, nil)
		agrees := twin.Error == "" && slices.Equal(p.want(), judge.Lines(p.T, twin.Rows))
		require.False(p.T, agrees, "pypaimon reads Java's table and not ours: %s\n%v", got.Error, got.Rows)
	}
	if got.Error != "" {
		return "refuses"
	}
	return "other rows"
}

// latest is the number of a table's latest snapshot.
func (p *pairing) latest(name string) int64 {
	p.Helper()
	var last int64
	for _, row := range p.java.Read(p.T, name+"$snapshots", judge.Read{}).Rows {
		id, err := strconv.ParseInt(fmt.Sprint(row[0]), 10, 64)
		require.NoError(p.T, err)
		last = max(last, id)
	}
	return last
}
