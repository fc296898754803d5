package session_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/judge"
	"laketop/engine/soak"
)

// TestChangesAcrossSchemasAsJava alters a table, inserts into it, updates and
// deletes rows of every schema, all at random and all in SQL; Java reads what
// Laketop reads.
func TestChangesAcrossSchemasAsJava(t *testing.T) {
	if testing.Short() {
		t.Skip("the judges are left out under -short")
	}
	for seed := range soak.Seeds(t, soak.Pick(0, 1, 10)) {
		for name, layout := range map[string]string{
			"appended": "", "keyed": "TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '2')", "partitioned": "PARTITIONED BY (p) TBLPROPERTIES ('primary-key' = 'p,id', 'bucket' = '1')",
		} {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) { changesAcrossSchemas(t, seed, layout) })
		}
	}
}

func changesAcrossSchemas(t *testing.T, seed uint64, layout string) {
	l := newLake(t)
	java := l.javaLake(t)
	s := l.session(t)
	r := rand.New(rand.NewPCG(seed, 3))
	l.run(t, s, "spark", "CREATE DATABASE IF NOT EXISTS db; USE db; CREATE TABLE m (id INT, p STRING, c0 INT, c1 STRING, n STRUCT<x: INT, y: STRING>) "+layout, nil)
	columns := map[string]string{"c0": "INT", "c1": "STRING"}
	next, log := 2, []string{}
	pick := func() string {
		list := slices.Sorted(maps.Keys(columns))
		return list[r.IntN(len(list))]
	}
	do := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		log = append(log, text)
		l.run(t, s, "spark", text, nil)
	}
	value := func(typ string) string {
		switch {
		case r.IntN(5) == 0:
			return "CAST(NULL AS " + typ + ")"
		case typ == "STRING":
			return fmt.Sprintf("'t%d'", r.IntN(9))
		}
		return fmt.Sprintf("CAST(%d AS %s)", r.IntN(99), typ)
	}
	for range 40 {
		switch c := pick(); r.IntN(8) {
		case 0:
			typ := []string{"INT", "BIGINT", "STRING", "DOUBLE", "DECIMAL(12, 3)"}[r.IntN(5)]
			where := []string{"", "FIRST", "AFTER id"}[r.IntN(3)]
			do("ALTER TABLE m ADD COLUMN c%d %s %s", next, typ, where)
			columns[fmt.Sprint("c", next)] = typ
			next++
		case 1:
			if len(columns) > 1 {
				do("ALTER TABLE m DROP COLUMN %s", c)
				delete(columns, c)
			}
		case 2:
			do("ALTER TABLE m RENAME COLUMN %s TO c%d", c, next)
			columns[fmt.Sprint("c", next)] = columns[c]
			delete(columns, c)
			next++
		case 3:
			if wider := map[string]string{"INT": "BIGINT", "BIGINT": "DOUBLE", "DECIMAL(12, 3)": "DOUBLE"}[columns[c]]; wider != "" {
				do("ALTER TABLE m ALTER COLUMN %s TYPE %s", c, wider)
				columns[c] = wider
			}
		case 4:
			do("ALTER TABLE m ALTER COLUMN %s %s", c, []string{"FIRST", "AFTER id", "COMMENT 'said'"}[r.IntN(3)])
		case 5:
			do("UPDATE m SET %s = %s, n.x = id WHERE id %% 4 = %d", c, value(columns[c]), r.IntN(4))
		case 6:
			do("DELETE FROM m WHERE id = %d OR %s IS NULL AND id < %d", r.IntN(30), c, r.IntN(10))
		}
		c, rows := pick(), make([]string, 3)
		for i := range rows {
			rows[i] = fmt.Sprintf("(%d, 'p%d', %s, named_struct('x', %d, 'y', 'q'))", r.IntN(30), r.IntN(3), value(columns[c]), i)
		}
		do("INSERT INTO m (id, p, %s, n) VALUES %s", c, strings.Join(rows, ", "))
	}
	require.Equal(t, judge.Lines(t, java.Read(t, "m", judge.Read{}).Rows), judge.Lines(t, l.values(t, s, "spark", "SELECT * FROM m")), "seed %d:\n%s", seed, strings.Join(log, ";\n"))
}
