package paimon_test

import (
	"context"
	"fmt"
	"time"

	"laketop/engine/datatype"
	"laketop/engine/fileio/mem"
	"laketop/engine/paimon"
	"laketop/engine/paimon/commit"
	"laketop/engine/paimon/scan"
	"laketop/engine/paimon/schema"
)

// A table is made, committed to, and read at a moment.
func Example() {
	ctx := context.Background()
	env := paimon.NewEnv(mem.New(), func() time.Time { return time.Unix(1_767_225_600, 0).UTC() })
	id := paimon.Identifier{Database: "game_db", Table: "ads_retention_daily"}

	s, err := schema.New([]datatype.Field{
		datatype.NewField("dt", datatype.Of(datatype.Date)),
		datatype.NewField("dau", datatype.Of(datatype.BigInt)),
	}, []string{"dt"}, nil, nil, "", 0)
	if err != nil {
		panic(err)
	}
	if err := paimon.Create(ctx, env, "game_db.db/ads_retention_daily", id, s); err != nil {
		panic(err)
	}
	table, err := paimon.Load(ctx, env, "game_db.db/ads_retention_daily", id)
	if err != nil {
		panic(err)
	}
	// Data files are written by another program between NewDataFile and
	// DescribeFile; an overwrite by nothing needs none.
	snap, err := table.Commit(ctx, commit.Request{Overwrite: &commit.Overwrite{}})
	if err != nil {
		panic(err)
	}
	at, err := table.At(ctx, scan.Options{Snapshot: snap.ID})
	if err != nil {
		panic(err)
	}
	plan, err := at.Plan(ctx, []scan.Predicate{{Column: "dau", Op: scan.Gt, Values: []any{int64(1000)}}})
	if err != nil {
		panic(err)
	}
	fmt.Println(table.Identifier(), snap.CommitKind, len(plan.Files), plan.Rows)
	// Output: game_db.ads_retention_daily OVERWRITE 0 0
}
