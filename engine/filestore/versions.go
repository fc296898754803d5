package filestore

import (
	"context"
	"fmt"
	"strings"

	"laketop/engine/duck"
	"laketop/engine/paimon"
	"laketop/engine/paimon/scan"
)

// Versions is a query over every record that the live files of a primary-key
// table hold, merged or not, with four columns before the table's own: _LEVEL,
// _FILE (its name), _SEQUENCE and _KIND ("+I", "-U", "+U", "-D"). It is "" when
// there is no file.
func (s *Store) Versions(ctx context.Context, table *paimon.Table, plan *scan.Plan) (string, error) {
	files := plan.Files
	if len(files) == 0 {
		return "", nil
	}
	text, err := s.keyValues(ctx, table, files, nil, true)
	if err != nil {
		return "", err
	}
	places := make([]string, len(files))
	for i, f := range files {
		places[i] = fmt.Sprintf("(%d, %d, %s)", i, f.Entry.File.Level, duck.Literal(f.Entry.File.FileName))
	}
	return fmt.Sprintf("SELECT p.l AS _LEVEL, p.f AS _FILE, v.%s AS _SEQUENCE, ['+I', '-U', '+U', '-D'][v.%s + 1] AS _KIND, v.* EXCLUDE (%s, %s, %s, %s) FROM %s v JOIN (VALUES %s) p(i, l, f) ON v.%s = p.i",
		sequenceColumn, kindColumn, sequenceColumn, kindColumn, fileColumn, rowColumn, text, strings.Join(places, ", "), fileColumn), nil
}
