package session_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/session"
)

// A dry run says exactly what the statement itself then removes.
func TestReturnsTellWhatGoes(t *testing.T) {
	t.Parallel()
	list := []struct {
		name, call       string
		want             []string // of the dry run, without the times
		snapshots, tags  string   // after the statement itself
		rows             int
		withoutSnapshot1 bool
	}{
		{"to a snapshot", "sys.rollback(table => 't', snapshot => 2%s)", []string{"4|2|2|APPEND|NULL|3|-7", "NULL|NULL|4|APPEND|NULL|10|4", "NULL|NULL|3|APPEND|NULL|6|3", "NULL|NULL|4|APPEND|late|10|NULL"}, "1 2", "early", 3, false},
		{"to a version", "sys.rollback(table => 't', version => 'early'%s)", []string{"4|1|1|APPEND|NULL|1|-9", "NULL|NULL|4|APPEND|NULL|10|4", "NULL|NULL|3|APPEND|NULL|6|3", "NULL|NULL|2|APPEND|NULL|3|2", "NULL|NULL|2|APPEND|branch-b|3|NULL", "NULL|NULL|4|APPEND|late|10|NULL"}, "1", "early", 1, false},
		{"to the newest", "sys.rollback_to(table => 't', snapshot_id => 4%s)", []string{"4|4|4|APPEND|NULL|10|0"}, "1 2 3 4", "early late", 10, false},
		{"to a tag whose snapshot expired", "sys.rollback(table => 't', tag => 'early'%s)", []string{"4|1|1|APPEND|NULL|1|-9", "NULL|NULL|4|APPEND|NULL|10|4", "NULL|NULL|3|APPEND|NULL|6|3", "NULL|NULL|2|APPEND|NULL|3|2", "NULL|NULL|2|APPEND|branch-b|3|NULL", "NULL|NULL|4|APPEND|late|10|NULL"}, "1", "early", 1, true},
		{"to a time", "sys.rollback_to_timestamp(table => 't', timestamp => '2999-01-01 00:00:00'%s)", []string{"4|4|4|APPEND|NULL|10|0"}, "1 2 3 4", "early late", 10, false},
		{"as the latest", "sys.rollback_to_as_latest(table => 't', snapshot => 2%s)", []string{"4|5|2|APPEND|NULL|3|-7"}, "1 2 3 4 5", "early late", 3, false},
		{"to a branch", "sys.fast_forward(table => 't', branch => 'b'%s)", []string{"true|4|APPEND|NULL|23|13", "NULL|4|APPEND|NULL|10|4", "NULL|3|APPEND|NULL|6|3", "NULL|4|APPEND|late|10|NULL"}, "1 2 3 4", "early own", 23, false},
		{"to a branch that main's first leads to", "sys.fast_forward(table => 't', branch => 'b'%s)", []string{"true|4|APPEND|NULL|23|13", "NULL|4|APPEND|NULL|10|4", "NULL|3|APPEND|NULL|6|3", "NULL|4|APPEND|late|10|NULL"}, "2 3 4", "early own", 23, true},
		{"to a branch of its own", "sys.fast_forward(table => 't', branch => 'empty'%s)", []string{"true|1|APPEND|NULL|5|-5", "NULL|4|APPEND|NULL|10|4", "NULL|3|APPEND|NULL|6|3", "NULL|2|APPEND|NULL|3|2", "NULL|1|APPEND|NULL|1|1", "NULL|2|APPEND|branch-b|3|NULL", "NULL|1|APPEND|early|1|NULL", "NULL|4|APPEND|late|10|NULL"}, "1", "", 5, false},
	}
	if testing.Short() {
		list = list[len(list)-1:]
	}
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (x BIGINT)", nil)
			for n := 1; n <= 4; n++ {
				l.run(t, s, "spark", fmt.Sprintf("INSERT INTO t SELECT id FROM range(%d)", n), nil)
				switch n {
				case 1:
					l.run(t, s, "spark", "CALL sys.create_tag('t', 'early')", nil)
				case 2:
					l.run(t, s, "spark", "CALL sys.create_branch(table => 't', branch => 'b', snapshot => 2); CALL sys.create_branch(table => 't', branch => 'empty')", nil)
				case 4:
					l.run(t, s, "spark", "CALL sys.create_tag('t', 'late'); INSERT INTO `t$branch_b` SELECT id FROM range(10); INSERT INTO `t$branch_b` SELECT id FROM range(10); CALL sys.create_tag('t$branch_b', 'own'); INSERT INTO `t$branch_empty` SELECT id FROM range(5)", nil)
				}
			}
			if c.withoutSnapshot1 {
				l.run(t, s, "spark", "CALL sys.expire_snapshots(table => 't', retain_max => 3, retain_min => 1)", nil)
			}
			before := state(t, l, s)
			dry := l.lines(t, s, "spark", "CALL "+fmt.Sprintf(c.call, ", dry_run => true"))
			require.Equal(t, c.want, withoutTimes(t, dry))
			require.Equal(t, before, state(t, l, s), "a dry run changes nothing")
			l.run(t, s, "spark", "CALL "+fmt.Sprintf(c.call, ""), nil)
			require.Equal(t, fmt.Sprintf("%s / %s / %d", c.snapshots, c.tags, c.rows), state(t, l, s))
		})
	}
}

// state is which snapshots and tags the table d.t has, and its rows.
func state(t *testing.T, l *lake, s *session.Session) string {
	t.Helper()
	is := func(query string) string { return strings.Join(l.lines(t, s, "spark", query), " ") }
	return fmt.Sprintf("%s / %s / %s", is("SELECT snapshot_id FROM `t$snapshots` ORDER BY 1"),
		is("SELECT tag_name FROM `t$tags` WHERE tag_name NOT LIKE 'branch-%' ORDER BY 1"), is("SELECT count(*) FROM t"))
}

// withoutTimes takes the column commit_time out: the fourth from the end.
func withoutTimes(t *testing.T, lines []string) []string {
	t.Helper()
	out := make([]string, len(lines))
	for i, line := range lines {
		cells := strings.Split(line, "|")
		at := len(cells) - 4
		require.Regexp(t, `^\d{13}$`, cells[at], line)
		out[i] = strings.Join(slices.Delete(cells, at, at+1), "|")
	}
	return out
}
