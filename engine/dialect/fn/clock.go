package fn

import (
	"sort"
	"time"
)

// timeLike is a wall clock time carried in a time.Time of UTC.
type timeLike = time.Time

func wall(micros int64) timeLike { return time.UnixMicro(micros).UTC() }

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
