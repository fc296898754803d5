package dashboard

import "context"

// ChartTable is a small aggregated result as a chart reads it: columns of
// plain JSON values. Dates are "2026-11-21", timestamps "2026-11-21T10:00:00"
// in the workspace's zone, decimals and integers numbers, NULL nil.
type ChartTable struct {
	Columns   []ChartColumn `json:"columns"`
	Rows      int           `json:"rows"`
	Truncated bool          `json:"truncated,omitempty"` // more rows than were asked for
}

// ChartColumn is one column; Kind is its type's family as the API names it
// (integer, decimal, float, text, date, timestamp, boolean, …).
type ChartColumn struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Values []any  `json:"values"`
}

// Column finds a column by its name; nil when there is none.
func (t ChartTable) Column(name string) *ChartColumn {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// SnapshotRef says which moment of a table a result was read from. Snapshot 0
// is a table without snapshots.
type SnapshotRef struct {
	Table    string `json:"table"` // database.table
	Snapshot int64  `json:"snapshot"`
}

// Querier runs one query for a dashboard; the session is plugged in here.
// Params fill ${name} in the text. At most maxRows rows come back, Truncated
// says whether there were more. Run calls it from one goroutine at a time.
type Querier interface {
	Chart(ctx context.Context, dialect, sql string, params map[string]string, maxRows int) (ChartTable, []SnapshotRef, error)
}
