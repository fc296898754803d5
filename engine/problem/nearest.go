package problem

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Nearest picks up to limit candidates that look like what was written, best
// first: those within a third of its length in edits, letter case aside, and
// those that contain it or are contained.
func Nearest(written string, candidates []string, limit int) []string {
	type scored struct {
		name  string
		edits int
	}
	var found []scored
	low := strings.ToLower(written)
	most := max(1, utf8.RuneCountInString(low)/3)
	for _, c := range candidates {
		lc := strings.ToLower(c)
		d := edits(low, lc)
		if d > most && len(low) >= 4 && (strings.Contains(lc, low) || strings.Contains(low, lc) && len(lc) >= 4) {
			d = most
		}
		if d <= most {
			found = append(found, scored{c, d})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].edits < found[j].edits })
	var out []string
	for _, f := range found[:min(limit, len(found))] {
		out = append(out, f.name)
	}
	return out
}

// edits counts insertions, deletions, replacements and swaps of neighbours
// between a and b (optimal string alignment).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, prev := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur := make([]int, len(y)+1)
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev = prev, cur
	}
	return prev[len(y)]
}
