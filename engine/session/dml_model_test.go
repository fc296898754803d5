package session_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
	"laketop/engine/session"
	"laketop/engine/soak"
)

// person is a row of the model: table m (id INT, name STRING, score BIGINT, dt STRING).
type person struct {
	id    int
	name  *string
	score *int64
	dt    string
}

func (p person) key() string { return fmt.Sprint(p.id, "/", p.dt) }

func (p person) line() string {
	cells := []string{strconv.Itoa(p.id), "NULL", "NULL", p.dt}
	if p.name != nil {
		cells[1] = *p.name
	}
	if p.score != nil {
		cells[2] = strconv.FormatInt(*p.score, 10)
	}
	return strings.Join(cells, "|")
}

func (p person) sql() string {
	cells := []string{strconv.Itoa(p.id), "CAST(NULL AS STRING)", "CAST(NULL AS BIGINT)", "'" + p.dt + "'"}
	if p.name != nil {
		cells[1] = "'" + *p.name + "'"
	}
	if p.score != nil {
		cells[2] = strconv.FormatInt(*p.score, 10) + "L"
	}
	return "(" + strings.Join(cells, ", ") + ")"
}

// people is the model and the table beside it.
type people struct {
	*testing.T
	lake  *lake
	s     *session.Session
	r     *rand.Rand
	keyed bool
	rows  []person
	log   []string
}

// condition is SQL text and what it means; null counts as false.
type condition struct {
	sql  string
	hold func(person) bool
}

func (p *people) condition(alias string) condition {
	k := p.r.IntN(20)
	at := func(text string) string { return strings.ReplaceAll(text, "@", alias) }
	list := []condition{
		{fmt.Sprintf(at("@id < %d"), k), func(x person) bool { return x.id < k }},
		{fmt.Sprintf(at("@id %% 3 = %d"), k%3), func(x person) bool { return x.id%3 == k%3 }},
		{at("@score IS NULL"), func(x person) bool { return x.score == nil }},
		{fmt.Sprintf(at("@score > %d"), 10*k), func(x person) bool { return x.score != nil && *x.score > int64(10*k) }},
		{fmt.Sprintf(at("NOT (@score > %d)"), 10*k), func(x person) bool { return x.score != nil && *x.score <= int64(10*k) }},
		{fmt.Sprintf(at("@name = 'n%d' OR @dt = 'd%d'"), k%4, k%3), func(x person) bool {
			return x.name != nil && *x.name == fmt.Sprint("n", k%4) || x.dt == fmt.Sprint("d", k%3)
		}},
		{fmt.Sprintf(at("@dt = 'd%d'"), k%3), func(x person) bool { return x.dt == fmt.Sprint("d", k%3) }},
		{fmt.Sprintf(at("@dt = 'd%d' AND @id IN (%d, %d)"), k%3, k, k+1), func(x person) bool { return x.dt == fmt.Sprint("d", k%3) && (x.id == k || x.id == k+1) }},
	}
	return list[p.r.IntN(len(list))]
}

// setter is SET text and what it does.
type setter struct {
	sql string
	do  func(*person)
}

func (p *people) setter(alias string) setter {
	k := p.r.IntN(20)
	name := fmt.Sprint("n", k%4)
	list := []setter{
		{fmt.Sprintf("score = %sscore + %d", alias, k), func(x *person) {
			if x.score != nil {
				n := *x.score + int64(k)
				x.score = &n
			}
		}},
		{"score = NULL", func(x *person) { x.score = nil }},
		{fmt.Sprintf("name = '%s', score = %d", name, k), func(x *person) { n := int64(k); x.name, x.score = &name, &n }},
		{fmt.Sprintf("name = upper(%sname)", alias), func(x *person) {
			if x.name != nil {
				n := strings.ToUpper(*x.name)
				x.name = &n
			}
		}},
	}
	if !p.keyed {
		list = append(list, setter{fmt.Sprintf("dt = 'd%d'", k%3), func(x *person) { x.dt = fmt.Sprint("d", k%3) }})
	}
	return list[p.r.IntN(len(list))]
}

func (p *people) some(n int) []person {
	out := make([]person, n)
	for i := range out {
		out[i] = person{id: p.r.IntN(20), dt: fmt.Sprint("d", p.r.IntN(3))}
		if p.r.IntN(4) > 0 {
			name := fmt.Sprint("n", p.r.IntN(4))
			out[i].name = &name
		}
		if p.r.IntN(4) > 0 {
			score := int64(p.r.IntN(200))
			out[i].score = &score
		}
	}
	return out
}

// distinct keeps one row of a key: a source that MERGE may have.
func distinct(list []person) []person {
	seen := map[string]bool{}
	var out []person
	for _, x := range list {
		if !seen[x.key()] {
			seen[x.key()] = true
			out = append(out, x)
		}
	}
	return out
}

// put adds rows as the table does: by key where it has one.
func (p *people) put(list ...person) {
	for _, x := range list {
		if p.keyed {
			p.rows = without(p.rows, func(y person) bool { return y.key() == x.key() })
		}
		p.rows = append(p.rows, x)
	}
}

func without(list []person, gone func(person) bool) []person {
	var out []person
	for _, x := range list {
		if !gone(x) {
			out = append(out, x)
		}
	}
	return out
}

func values(list []person) string {
	rows := make([]string, len(list))
	for i, x := range list {
		rows[i] = x.sql()
	}
	return "VALUES " + strings.Join(rows, ", ")
}

// step is one random statement; it gives the rows that it must say to have
// changed, -1 for any.
func (p *people) step() (string, int64) {
	switch p.r.IntN(9) {
	case 0, 1, 2:
		list := p.some(1 + p.r.IntN(6))
		if p.keyed {
			list = distinct(list)
		}
		p.put(list...)
		return "INSERT INTO m " + values(list), int64(len(list))
	case 3, 4:
		c, set := p.condition("m."), p.setter("m.")
		n := p.change(c.hold, set.do)
		return "UPDATE m SET " + set.sql + " WHERE " + c.sql, n
	case 5, 6:
		c := p.condition("")
		before := len(p.rows)
		p.rows = without(p.rows, c.hold)
		return "DELETE FROM m WHERE " + c.sql, int64(before - len(p.rows))
	}
	return p.merge()
}

func (p *people) change(hold func(person) bool, do func(*person)) (n int64) {
	for i := range p.rows {
		if hold(p.rows[i]) {
			do(&p.rows[i])
			n++
		}
	}
	return n
}

// merge is a random MERGE: clauses in order, the first that holds.
func (p *people) merge() (string, int64) {
	source := distinct(p.some(1 + p.r.IntN(8)))
	bySource := map[string]person{}
	for _, x := range source {
		bySource[x.key()] = x
	}
	text := "MERGE INTO m USING (" + values(source) + ") AS s(id, name, score, dt) ON m.id = s.id AND s.dt = m.dt"
	gone, star := p.condition("m."), p.r.IntN(2) == 0
	matched := p.r.IntN(4) > 0
	if matched {
		text += " WHEN MATCHED AND (" + gone.sql + ") THEN DELETE WHEN MATCHED THEN UPDATE SET "
		if star {
			text += "*"
		} else {
			text += "score = s.score, name = concat(s.name, '+')"
		}
	}
	onlyTarget := p.r.IntN(4) == 0
	stale, set := p.condition("m."), p.setter("m.")
	if onlyTarget {
		text += " WHEN NOT MATCHED BY SOURCE AND (" + stale.sql + ") THEN UPDATE SET " + set.sql
	}
	var rows []person
	var n int64
	met := map[string]bool{}
	for _, x := range p.rows {
		s, ok := bySource[x.key()]
		met[x.key()] = true
		switch {
		case ok && matched && gone.hold(x):
			n++
			continue
		case ok && matched:
			n++
			if x.score, x.name = s.score, nil; star {
				x.name = s.name
			} else if s.name != nil {
				name := *s.name + "+"
				x.name = &name
			}
		case !ok && onlyTarget && stale.hold(x):
			n++
			set.do(&x)
		}
		rows = append(rows, x)
	}
	fresh := p.condition("s.")
	insert := p.r.IntN(3) > 0 || !matched && !onlyTarget
	if insert {
		text += " WHEN NOT MATCHED AND (" + fresh.sql + ") THEN INSERT (dt, id, score) VALUES (s.dt, s.id, s.score)"
		for _, s := range source {
			if !met[s.key()] && fresh.hold(s) {
				n++
				rows = append(rows, person{id: s.id, score: s.score, dt: s.dt})
			}
		}
	}
	p.rows = rows
	return text, n
}

func (p *people) lines() []string {
	var out []string
	for _, x := range p.rows {
		out = append(out, x.line())
	}
	sort.Strings(out)
	return out
}

// layouts are tables that must all hold the model's rows.
var layouts = map[string]string{
	"append":                     "",
	"append, partitioned":        "PARTITIONED BY (dt)",
	"append, buckets":            "TBLPROPERTIES ('bucket' = '2', 'bucket-key' = 'id')",
	"append, vectors":            "PARTITIONED BY (dt) TBLPROPERTIES ('deletion-vectors.enabled' = 'true')",
	"append, vectors of 64 bits": "TBLPROPERTIES ('deletion-vectors.enabled' = 'true', 'deletion-vectors.bitmap64' = 'true')",
	"keyed":                      "TBLPROPERTIES ('primary-key' = 'id,dt', 'bucket' = '2')",
	"keyed, vectors":             "TBLPROPERTIES ('primary-key' = 'id,dt', 'bucket' = '2', 'deletion-vectors.enabled' = 'true')",
	"keyed, lookup changelog":    "PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '1', 'changelog-producer' = 'lookup')",
	"keyed, partitioned":         "PARTITIONED BY (dt) TBLPROPERTIES ('primary-key' = 'dt,id', 'bucket' = '1')",
}

// TestRandomChangesAgainstTheModel runs random lists of statements; the table
// holds what the model does, for Laketop after each and for Java now and then.
func TestRandomChangesAgainstTheModel(t *testing.T) {
	for seed := range soak.Seeds(t, soak.Pick(1, 1, 20)) {
		for name, layout := range inShort(layouts, "append, partitioned", "keyed, partitioned") {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) { randomChanges(t, seed, name, layout) })
		}
	}
}

func randomChanges(t *testing.T, seed uint64, name, layout string) {
	l := newLake(t)
	p := &people{T: t, lake: l, s: l.session(t), r: rand.New(rand.NewPCG(seed, 1)), keyed: strings.HasPrefix(name, "keyed")}
	l.run(t, p.s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE m (id INT, name STRING, score BIGINT, dt STRING) "+layout, nil)
	steps := long(40, 8)
	for i := range steps {
		text, affected := p.step()
		p.log = append(p.log, text)
		out := l.run(t, p.s, "spark", text, nil)
		require.Equal(t, affected, out[0].Affected, "seed %d: %s", seed, text)
		got := l.lines(t, p.s, "spark", "SELECT id, name, score, dt FROM m")
		sort.Strings(got)
		require.Equal(t, p.lines(), got, "seed %d after:\n%s", seed, strings.Join(p.log, ";\n"))
		if !testing.Short() && (i == steps/2 || i == steps-1) {
			p.askJava(seed)
		}
	}
}

func (p *people) askJava(seed uint64) {
	p.Helper()
	var want []judge.Row
	for _, x := range p.rows {
		row := judge.Row{x.id, nil, nil, x.dt}
		if x.name != nil {
			row[1] = *x.name
		}
		if x.score != nil {
			row[2] = *x.score
		}
		want = append(want, row)
	}
	got := judge.Java(p.T).At(filepath.Join(p.lake.dir, "warehouse"), "d").Read(p.T, "m", judge.Read{}).Rows
	require.Equal(p.T, judge.Lines(p.T, judge.Rows(want...)), judge.Lines(p.T, got), "Java, seed %d after:\n%s", seed, strings.Join(p.log, ";\n"))
}
