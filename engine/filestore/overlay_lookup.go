package filestore

import (
	"fmt"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/paimon/compact"
	"laketop/engine/paimon/merge"
	"laketop/engine/paimon/schema"
)

// looksUp tells the tables whose compactions look each fresh key up in the
// levels above: a record above level 0 holds all that those say, so that of
// several only the one of the lowest level counts. Where the last record wins,
// the others do no harm.
func looksUp(s *schema.Schema, rule *merge.Rule) bool {
	return rule.Engine != merge.Deduplicate && compact.Of(s).NeedsLookup
}

// lowest passes over records of higher levels; text has levelColumn, the answer
// has not.
func lowest(text string, keys []datatype.Field) string {
	return fmt.Sprintf("SELECT * EXCLUDE (%[1]s) FROM (%[2]s) QUALIFY %[1]s = 0 OR %[1]s = min(%[1]s) FILTER (%[1]s > 0) OVER (PARTITION BY %[3]s)", levelColumn, text, identList(keys))
}

// fileLevels is the level of a row's file.
func fileLevels(sources []source) string {
	even := true
	list := make([]string, len(sources))
	for i, src := range sources {
		even = even && src.level == sources[0].level
		list[i] = strconv.Itoa(int(src.level))
	}
	if even {
		return list[0]
	}
	return "([" + strings.Join(list, ", ") + "]::INTEGER[])[file_index::INTEGER + 1]"
}
