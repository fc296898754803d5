package workspace

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/session"
)

// runs runs statements in a session of their own.
func runs(t *testing.T, w *Workspace, text string) {
	t.Helper()
	s, err := w.Session(context.Background())
	require.NoError(t, err)
	_, err = s.Run(context.Background(), session.Request{Dialect: "spark", Text: text}, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

const branched = `CREATE DATABASE d; USE d;
CREATE TABLE t (id INT, v STRING) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'write-only' = 'true');
INSERT INTO t VALUES (1, 'a'), (2, 'b');
INSERT INTO t VALUES (3, 'c');
CALL sys.create_branch(table => 'd.t', branch => 'fix', snapshot => 2);
CALL sys.create_branch(table => 'd.t', branch => 'void');
INSERT INTO ` + "d.`t$branch_fix`" + ` VALUES (1, 'A'), (9, 'i');
INSERT INTO t VALUES (4, 'd');
INSERT INTO t VALUES (5, 'e');
INSERT INTO t VALUES (6, 'f')`

func TestABranchStandsAgainstMain(t *testing.T) {
	ctx := context.Background()
	w := compacting(t, "off")
	defer func() { require.NoError(t, w.Close()) }()
	runs(t, w, branched)
	branches := func() string {
		info, err := w.Table(ctx, "d", "t", "")
		require.NoError(t, err)
		out := ""
		for _, b := range info.Branches {
			out += fmt.Sprintf("%s#%d from #%d +%d -%d; ", b.Name, b.Snapshot, b.Base, b.Ahead, b.Behind)
		}
		return out
	}
	require.Equal(t, "fix#3 from #2 +1 -3; void#0 from #0 +0 -0; ", branches())
	runs(t, w, "CALL sys.expire_snapshots(table => 'd.t', retain_max => 1, retain_min => 1, older_than => '2999-01-01 00:00:00')")
	require.Equal(t, "fix#3 from #2 +1 -3; void#0 from #0 +0 -0; ", branches(), "the tag of the branch still tells")
	runs(t, w, "CALL sys.fast_forward(table => 'd.t', branch => 'fix')")
	require.Equal(t, "fix#3 from #3 +0 -0; void#0 from #0 +0 -0; ", branches())
}

func TestDiffOfMoments(t *testing.T) {
	ctx := context.Background()
	w := compacting(t, "off")
	defer func() { require.NoError(t, w.Close()) }()
	runs(t, w, branched)
	for name, tc := range map[string]struct {
		from, to                   Moment
		inserted, updated, deleted int64
	}{
		"two snapshots of main":      {Moment{"", 1}, Moment{"", 5}, 4, 0, 0},
		"since the branch began":     {Moment{"fix", 2}, Moment{"fix", 0}, 1, 1, 0},
		"main's newest and a branch": {Moment{}, Moment{"fix", 0}, 1, 1, 3},
		"an empty branch":            {Moment{"void", 0}, Moment{}, 6, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			diff, err := w.Diff(ctx, "d", "t", tc.from, tc.to)
			require.NoError(t, err)
			require.Equal(t, []int64{tc.inserted, tc.updated, tc.deleted}, []int64{diff.Inserted, diff.Updated, diff.Deleted})
			require.Equal(t, []string{"v"}, diff.Columns)
			require.Equal(t, []int64{tc.updated}, diff.Changed)
		})
	}
}

// Spark's statements compare no maps, a diff does.
func TestDiffOfNestedColumns(t *testing.T) {
	w := compacting(t, "off")
	defer func() { require.NoError(t, w.Close()) }()
	runs(t, w, `CREATE DATABASE d; USE d;
		CREATE TABLE n (id INT, m MAP<STRING, INT>, s STRUCT<a: ARRAY<MAP<INT, STRING>>, b: INT>, l ARRAY<INT>) TBLPROPERTIES ('primary-key' = 'id', 'bucket' = '1', 'write-only' = 'true');
		INSERT INTO n VALUES (1, map('a', 1), named_struct('a', array(map(1, 'x')), 'b', 1), array(1)), (2, map('a', 1), named_struct('a', array(map(1, 'x')), 'b', 1), array(1)), (3, NULL, NULL, NULL);
		INSERT INTO n VALUES (1, map('a', 2), named_struct('a', array(map(1, 'x')), 'b', 1), array(1)), (2, map('a', 1), named_struct('a', array(map(1, 'y')), 'b', 1), array(1)), (3, NULL, NULL, NULL)`)
	diff, err := w.Diff(context.Background(), "d", "n", Moment{"", 1}, Moment{})
	require.NoError(t, err)
	require.Equal(t, []int64{0, 2, 0}, []int64{diff.Inserted, diff.Updated, diff.Deleted})
	require.Equal(t, []string{"m", "s", "l"}, diff.Columns)
	require.Equal(t, []int64{1, 1, 0}, diff.Changed)
}
