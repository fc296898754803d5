package session_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
	"laketop/engine/problem"
	"laketop/engine/session"
)

// unwritten are Java's tables that Laketop reads and does not write.
var unwritten = []struct {
	what    string
	primary []string
	parts   []string
	bucket  string
}{
	{"dynamic buckets", []string{"p", "id"}, []string{"p"}, "-1"},
	{"keys that move between partitions", []string{"id"}, []string{"p"}, "-1"},
	{"postponed buckets", []string{"p", "id"}, []string{"p"}, "-2"},
}

// impossible are choices that Paimon lets nobody combine.
var impossible = []struct {
	what   string
	choice map[string]string
}{
	{"first-row with deletion vectors", map[string]string{"merge engine": firstRow, "deletion vectors": "32 bits"}},
	{"first-row with changelog producer input", map[string]string{"merge engine": firstRow, "changelog producer": "input"}},
	{"first-row with changelog producer full-compaction", map[string]string{"merge engine": firstRow, "changelog producer": "full-compaction"}},
	{"deletion vectors with changelog producer full-compaction", map[string]string{"deletion vectors": "32 bits", "changelog producer": "full-compaction"}},
	{"a key of MAP", map[string]string{"type": "MAP<STRING, BIGINT>", "key": "the type and id"}},
	{"an append table with a changelog producer", map[string]string{"merge engine": keyless, "changelog producer": "lookup"}},
}

// TestInterchangeRefusals: what Laketop does not write it reads as Java does and
// refuses by name, and what Java refuses to make Laketop does too; neither
// leaves a file.
func TestInterchangeRefusals(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	x := newInterchange(t)
	seen := outcomes{}
	number := 1000
	for _, u := range unwritten {
		for _, engine := range []string{"deduplicate", "partial-update, removing", "aggregation", firstRow} {
			for _, producer := range []string{"none", "lookup"} {
				number++
				c := combinationOf(number, u.what, map[string]string{"type": "STRING", "merge engine": engine, "changelog producer": producer,
					"partitioned by": "STRING", "buckets": "1", "key": "id", "deletion vectors": "off", "branch": "main"})
				c.primary, c.parts, c.options["bucket"] = u.primary, u.parts, u.bucket
				if u.bucket == "-1" && len(u.primary) == 1 && engine != "deduplicate" {
					continue // each record would have to find its partition first
				}
				t.Run(fmt.Sprint(u.what, " ", engine, " ", producer), func(t *testing.T) {
					p := &pairing{interchange: x, T: t, c: c, r: rand.New(rand.NewPCG(uint64(number), 11)), said: outcome{}}
					p.unwritten()
					seen.add("refused: "+u.what, p.said)
				})
			}
		}
	}
	for _, m := range impossible {
		number++
		choice := map[string]string{"type": "STRING", "merge engine": "deduplicate", "changelog producer": "none", "partitioned by": "nothing", "buckets": "1", "key": "id", "deletion vectors": "off", "branch": "main"}
		for k, v := range m.choice {
			choice[k] = v
		}
		c := combinationOf(number, m.what, choice)
		t.Run(m.what, func(t *testing.T) {
			p := &pairing{interchange: x, T: t, c: c, said: outcome{}}
			p.impossible()
			seen.add("refused: "+m.what, p.said)
		})
	}
	seen.hold(t)
}

// add notes more of what is refused of a kind of tables.
func (o outcomes) add(name string, said outcome) {
	if o[name] == nil {
		o[name] = outcome{}
	}
	maps.Copy(o[name], said)
}

// unwritten has Java make and fill a table of which Laketop writes nothing.
func (p *pairing) unwritten() {
	p.ours = fmt.Sprint("ours", p.c.number)
	p.java.Create(p.T, p.ours, judge.Table{Fields: judge.Fields(p.T, p.c.fields...), Primary: p.c.primary, Partition: p.c.parts, Options: p.c.options})
	for range 3 {
		_, rows := p.some(6)
		w := judge.Write{Rows: rows}
		if len(p.c.primary) == 1 { // nobody keeps the index of keys: a bucket each, a partition each
			for i := range rows {
				rows[i][3], w.Buckets = "a b", append(w.Buckets, 0)
			}
		}
		p.java.Write(p.T, p.ours, w)
		want := p.java.Read(p.T, p.ours, judge.Read{}).Rows
		require.Equal(p.T, judge.Lines(p.T, want), judge.Lines(p.T, p.reads(p.ours)))
	}
	sql, _ := p.some(1)
	p.refused("INSERT INTO %s " + sql[0])
	if p.c.updates {
		p.refused("UPDATE %s SET n = 1 WHERE id < 9")
	}
	if p.c.deletes {
		p.refused("DELETE FROM %s WHERE id < 9")
	}
	p.refused("CALL sys.compact('%s')")
}

// impossible has both refuse to make a table.
func (p *pairing) impossible() {
	name := fmt.Sprint("never", p.c.number)
	answer := p.java.Ask(p.T, "create", name, judge.Table{Fields: judge.Fields(p.T, p.c.fields...), Primary: p.c.primary, Partition: p.c.parts, Options: p.c.options})
	require.NotEmpty(p.T, answer.Error, "Java makes it")
	before := p.files()
	_, err := p.s.Run(context.Background(), session.Request{Dialect: "flink", Text: p.c.ddl(name)}, nil)
	found, ok := problem.As(err)
	require.True(p.T, ok, "%v", err)
	require.NotEqual(p.T, "session.failed", found.Code)
	require.Equal(p.T, before, p.files())
	p.said["CREATE TABLE"] = found.Code
}
