package session_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/problem"
	"laketop/engine/session"
)

func TestCall(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", `CREATE DATABASE d; USE d; CREATE TABLE t (x INT, dt STRING) PARTITIONED BY (dt);
		INSERT INTO t VALUES (1, '2020-01-01'); INSERT INTO t VALUES (2, '2020-01-02'); INSERT INTO t VALUES (3, '2999-01-01')`, nil)
	for _, step := range []struct{ name, call, want, query, rows string }{
		{"a tag", "CALL sys.create_tag(table => 'd.t', tag => 'v2', snapshot => 2, time_retained => '1 d')", "true", "SELECT x FROM t VERSION AS OF 'v2' ORDER BY x", "1 2"},
		{"arguments by position", "CALL sys.create_tag('t', 'now')", "true", "SELECT tag_name, snapshot_id FROM `t$tags` ORDER BY tag_name", "now|3 v2|2"},
		{"Flink's spelling, the catalog in front", "CALL paimon_catalog.sys.replace_tag(`table` => 'd.t', tag => 'now', snapshot_id => 1)", "true", "SELECT x FROM t VERSION AS OF 'now'", "1"},
		{"a tag renamed", "CALL sys.rename_tag(table => 't', tag => 'now', target_tag => 'first')", "true", "SELECT x FROM t VERSION AS OF 'first'", "1"},
		{"a dry run removes nothing", "CALL sys.delete_tag(table => 't', tag => 'first', dry_run => true)", "true|NULL|0", "SELECT x FROM t VERSION AS OF 'first'", "1"},
		{"tags deleted", "CALL sys.delete_tag(table => 't', tag => 'first, none')", "true", "SELECT tag_name FROM `t$tags`", "v2"},
		{"no tag has expired", "CALL sys.expire_tags(table => 't')", "No expired tags.", "SELECT tag_name FROM `t$tags`", "v2"},
		{"a branch of a tag", "CALL sys.create_branch('t', 'b', 'v2')", "true", "SELECT x FROM `t$branch_b` ORDER BY x", "1 2"},
		{"it is there already", "CALL sys.create_branch(table => 't', branch => 'b', ignoreIfExists => true)", "true", "SELECT branch_name FROM `t$branches`", "b"},
		{"a row into the branch", "INSERT INTO `t$branch_b` VALUES (20, '2020-01-02'); CALL sys.create_tag('t$branch_b', 'late')", "true", "SELECT x FROM `t$branch_b` ORDER BY x", "1 2 20"},
		{"main does not see it", "CALL sys.rename_branch('t', 'b', 'c')", "true", "SELECT x FROM t ORDER BY x", "1 2 3"},
		{"main becomes the branch", "CALL sys.fast_forward('t', 'c')", "true", "SELECT x FROM t ORDER BY x", "1 2 20"},
		{"the branch goes", "CALL sys.delete_branch('t', 'c')", "true", "SELECT x FROM t VERSION AS OF 'late' ORDER BY x", "1 2 20"},
		{"partitions that expire", "CALL sys.expire_partitions(table => 't', expiration_time => '1 d', timestamp_formatter => 'yyyy-MM-dd', max_expires => 1)", "dt=2020-01-01", "SELECT x FROM t ORDER BY x", "2 20"},
		{"a partition dropped", "CALL sys.drop_partition('t', 'dt=2020-01-02')", "true", "SELECT count(*) FROM t", "0"},
		{"rolled back as the latest", "CALL sys.rollback_to_as_latest('t', '3')", "5|6", "SELECT x FROM t ORDER BY x", "1 2 20"},
		{"rolled back to a snapshot", "CALL sys.rollback(table => 't', version => '4')", "6|4", "SELECT x FROM t ORDER BY x", "2 20"},
		{"rolled back to a tag", "CALL sys.rollback(table => 't', tag => 'v2')", "4|2", "SELECT x FROM t ORDER BY x", "1 2"},
		{"a consumer", "CALL sys.reset_consumer('t', 'job', 2)", "true", "SELECT * FROM `t$consumers`", "job|2"},
		{"none is left", "CALL sys.clear_consumers(table => 't', includingConsumers => 'j.*')", "true", "SELECT count(*) FROM `t$consumers`", "0"},
		{"what would expire", "CALL sys.expire_snapshots(table => 't', retain_max => 1, retain_min => 1, dry_run => true)", "1|NULL", "SELECT count(*) FROM `t$snapshots`", "2"},
		{"snapshots expire", "CALL sys.expire_snapshots(table => 't', retain_max => 1, retain_min => 1)", "1", "SELECT snapshot_id FROM `t$snapshots`", "2"},
		{"no orphan is old enough", "CALL sys.remove_orphan_files(table => 'd.*')", "0|0", "SELECT x FROM t ORDER BY x", "1 2"},
	} {
		t.Run(step.name, func(t *testing.T) {
			got := l.lines(t, s, "spark", step.call)
			require.True(t, strings.HasPrefix(got[0], step.want), "%s: %s", got[0], step.want)
			require.Equal(t, step.rows, strings.Join(l.lines(t, s, "spark", step.query), " "))
		})
	}
	require.Equal(t, []string{"d|t|true|false|2"}, l.lines(t, s, "spark", "SELECT database_name, table_name, partitioned, primary_key, file_count FROM sys.tables"))
	require.Equal(t, []string{"dt=2020-01-01|1", "dt=2020-01-02|1"}, l.lines(t, s, "spark", "SELECT partition_name, record_count FROM sys.partitions ORDER BY 1"))
	require.Empty(t, l.lines(t, s, "spark", "SELECT * FROM sys.all_table_options"))
	l.run(t, s, "spark", "VACUUM t RETAIN 0 HOURS", nil)
	require.Equal(t, []string{"1", "2"}, l.lines(t, s, "spark", "SELECT x FROM t ORDER BY x"))
}

func TestCallRefuses(t *testing.T) {
	l := newLake(t)
	s := l.session(t)
	l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (x INT); INSERT INTO t VALUES (1)", nil)
	for call, want := range map[string]struct{ code, mark, hint string }{
		"CALL sys.create_tagg('t', 'a')":                             {"sql.unknown_procedure", "sys.create_tagg", "create_tag"},
		"CALL d.create_tag('t', 'a')":                                {"sql.unknown_procedure", "d.create_tag", "sys.create_tag"},
		"CALL nowhere.sys.create_tag('t', 'a')":                      {"sql.unknown_catalog", "nowhere.sys.create_tag", ""},
		"CALL sys.create_tag(table => 't', tagg => 'a')":             {"sql.unknown_argument", "tagg => 'a'", "table, tag, [snapshot], [time_retained]"},
		"CALL sys.create_tag(table => 't')":                          {"sql.missing_argument", "CALL sys.create_tag(table => 't')", "[snapshot]"},
		"CALL sys.create_tag('t', 'a', table => 't')":                {"sql.argument_twice", "table => 't'", ""},
		"CALL sys.create_tag('t', 'a', 'x')":                         {"sql.argument_type", "'x'", ""},
		"CALL sys.create_tag('t', 'a', 1, '1 d', 5)":                 {"sql.too_many_arguments", "5", ""},
		"CALL sys.create_tag('t', concat('a', 'b'))":                 {"sql.argument_constant", "concat('a', 'b')", ""},
		"CALL sys.create_tag('t', 'a', 1, 'long')":                   {"sql.argument_type", "'long'", ""},
		"CALL sys.create_tag('t', 'a/b')":                            {"table.bad_name", "'a/b'", ""},
		"CALL sys.create_tag('u', 'a')":                              {"sql.unknown_table", "'u'", ""},
		"CALL sys.create_tag('t', 'a', 99)":                          {"table.no_snapshot", "99", ""},
		"CALL sys.rollback('t')":                                     {"sql.one_argument", "CALL sys.rollback('t')", ""},
		"CALL sys.rollback(table => 't', snapshot => 1, tag => 'a')": {"sql.one_argument", "CALL sys.rollback(table => 't', snapshot => 1, tag => 'a')", ""},
		"CALL sys.rollback(table => 't', tag => 'gone')":             {"table.unknown_tag", "'gone'", ""},
		"CALL sys.fast_forward('t', 'gone')":                         {"table.unknown_branch", "'gone'", ""},
		"CALL sys.expire_snapshots('t', -3)":                         {"table.bad_retention", "", ""},
		"CALL sys.remove_orphan_files('t', '2999-01-01')":            {"table.orphans_too_young", "", ""},
		"CALL sys.expire_partitions('t')":                            {"table.no_partition_expiry", "", ""},
		"SELECT * FROM `t$branch_gone`":                              {"table.unknown_branch", "", ""},
	} {
		t.Run(call, func(t *testing.T) {
			_, err := s.Run(t.Context(), session.Request{Dialect: "spark", Text: call}, nil)
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, want.code, p.Code, p.Report("en"))
			require.NotNil(t, p.Span)
			if want.mark != "" {
				require.Equal(t, want.mark, call[p.Span.Start:p.Span.End])
			}
			require.Contains(t, p.Report("en"), want.hint)
		})
	}
	require.Equal(t, []string{"1"}, l.lines(t, s, "spark", "SELECT snapshot_id FROM `t$snapshots`"))
}
