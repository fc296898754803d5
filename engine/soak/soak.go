// Package soak says how long the random tests are and where they begin. The inner
// loop and CI run a few cases, the same each time; `make soak` runs many, and
// others each time (FAULTS.md section 3, the columns CI and N).
//
// LAKETOP_SOAK=1 asks for the long lists, LAKETOP_SEED=n for the one case of that
// seed: every test prints the seeds that it ran.
package soak

import (
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// On tells whether the long lists are asked for.
func On() bool { return os.Getenv("LAKETOP_SOAK") != "" }

// Pick is the first value under -short, the second in CI and the third in `make
// soak`, which asks for no -short.
func Pick[T any](short, ci, long T) T {
	switch {
	case testing.Short():
		return short
	case On():
		return long
	}
	return ci
}

// Seeds are n different ones, of which the first is Seed's; only that one if
// LAKETOP_SEED names it.
func Seeds(t testing.TB, n int) iter.Seq[uint64] {
	t.Helper()
	first := Seed(t)
	if _, named := asked(); named {
		n = 1
	}
	return func(yield func(uint64) bool) {
		for i := range uint64(n) {
			if !yield(first + i) {
				return
			}
		}
	}
}

// Seed is LAKETOP_SEED, or 1, or in `make soak` another one each time.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed, named := asked()
	if !named && On() {
		seed = rand.Uint64()
	}
	t.Logf("LAKETOP_SEED=%d", seed)
	return seed
}

// Rand is a source of Seed.
func Rand(t testing.TB) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(Seed(t), 0))
}

func asked() (seed uint64, named bool) {
	n, err := strconv.ParseUint(os.Getenv("LAKETOP_SEED"), 10, 64)
	if err != nil {
		return 1, false
	}
	return n, true
}
