package session_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A DELETE by partitions alone takes them in one commit, without a new file and
// with no eye for what other writers put elsewhere meanwhile.
func TestPartitionsAreDeletedWhole(t *testing.T) {
	for name, options := range inShort(map[string]string{
		"append": "", "vectors": "TBLPROPERTIES ('deletion-vectors.enabled' = 'true')", "keyed": "TBLPROPERTIES ('primary-key' = 'id,dt,h', 'bucket' = '2')",
	}, "vectors") {
		t.Run(name, func(t *testing.T) {
			none := "NULL"
			if name == "keyed" {
				none = "'none'"
			}
			l := newLake(t)
			s := l.session(t)
			l.run(t, s, "spark", "CREATE DATABASE d; USE d; CREATE TABLE t (id INT, dt STRING, h INT) PARTITIONED BY (dt, h) "+options+
				"; INSERT INTO t VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 1), (4, 'b', 2), (5, "+none+", 1), (6, 'c', 1), (7, 'c', 1); DELETE FROM t WHERE id = 7", nil)
			for _, st := range []struct {
				where, left string
				rows        int64
			}{
				{"dt = 'b' OR h = 2", "1 5 6", 3}, {"dt = 'zz'", "1 5 6", 0}, {"dt IS NULL OR dt IN ('c', 'x', 'none')", "1", 2}, {"dt >= ''", "", 1},
			} {
				before := l.parquets(t)
				out := l.run(t, s, "spark", "DELETE FROM t WHERE "+st.where, nil)
				require.Equal(t, st.rows, out[0].Affected, st.where)
				require.Equal(t, st.left, strings.Join(l.lines(t, s, "spark", "SELECT id FROM t ORDER BY id"), " "))
				require.Equal(t, before, l.parquets(t), "no file is written")
				require.Equal(t, []string{"OVERWRITE"}, l.lines(t, s, "spark", "SELECT commit_kind FROM `t$snapshots` ORDER BY snapshot_id DESC LIMIT 1"))
			}
		})
	}
}

// parquets are the data files of table d.t, live or not.
func (l *lake) parquets(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(l.dir, "warehouse/d.db/t/*/*/*/*.parquet"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}
