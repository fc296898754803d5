// Package bench measures Laketop beside something that does the same work: in
// turn in one run, by the clock and by the processors. docs/benchmarks.md says
// what the figures mean.
package bench

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Spent is a span by the clock and by what this process took of the processors.
type Spent struct{ Clock, CPU time.Duration }

// Spend runs f.
func Spend(tb testing.TB, f func()) Spent {
	tb.Helper()
	begin, used := time.Now(), processors(tb)
	f()
	return Spent{time.Since(begin), processors(tb) - used}
}

func processors(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Ratio runs ours and base in turn, so many pairs after one that warms up, and
// reports the median of their ratios: ratio with its extremes by the clock,
// cpu-ratio by the processors. before, if any, runs ahead of each of our turns,
// which then are the first of their pairs, and is not counted.
func Ratio(b *testing.B, pairs int, before, ours, base func()) {
	b.Helper()
	var clock, cpu, own, other []float64
	for i := range pairs + 1 {
		if before != nil {
			before()
		}
		runtime.GC()
		var a, z Spent
		if i%2 == 1 && before == nil {
			z = Spend(b, base)
			a = Spend(b, ours)
		} else {
			a = Spend(b, ours)
			z = Spend(b, base)
		}
		if i == 0 {
			continue
		}
		clock, cpu = append(clock, a.Clock.Seconds()/z.Clock.Seconds()), append(cpu, a.CPU.Seconds()/z.CPU.Seconds())
		own, other = append(own, a.Clock.Seconds()*1000), append(other, z.Clock.Seconds()*1000)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(Median(clock), "ratio")
	b.ReportMetric(slices.Min(clock), "ratio-min")
	b.ReportMetric(slices.Max(clock), "ratio-max")
	b.ReportMetric(Median(cpu), "cpu-ratio")
	b.ReportMetric(Median(own), "ms-laketop")
	b.ReportMetric(Median(other), "ms-baseline")
}

// Median of figures, at least one.
func Median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[len(x)/2] + x[(len(x)-1)/2]) / 2
}
