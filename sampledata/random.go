package sampledata

// random is SplitMix64: small, fast, and ours, so that no release of a library
// can change the sample's bytes.
type random struct{ state uint64 }

// streamOf gives user n of a seed a stream of their own: users can be made in
// any order, alone or in parallel.
func streamOf(seed int64, n int) random {
	r := random{uint64(seed)*0x9e3779b97f4a7c15 + 0x2545f4914f6cdd1d}
	r.state = r.next() ^ uint64(n)*0xd1342543de82ef95
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n).
func (r *random) below(n int) int { return int((r.next() >> 32) * uint64(n) >> 32) }

// between returns a number in [lo, hi].
func (r *random) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// permille is true n times in a thousand.
func (r *random) permille(n int) bool { return r.below(1000) < n }

// unit is the denominator of the chances that are kept as whole numbers:
// comparisons on integers are the same on every processor.
const unit = 1 << 20

// chance is true n times in unit.
func (r *random) chance(n int) bool { return r.below(unit) < n }

func pick[T any](r *random, list []T) T { return list[r.below(len(list))] }

// weighted picks among values in proportion to whole-number weights.
type weighted[T any] struct {
	values []T
	upto   []int
}

func (w *weighted[T]) add(weight int, v T) {
	last := 0
	if n := len(w.upto); n > 0 {
		last = w.upto[n-1]
	}
	w.values, w.upto = append(w.values, v), append(w.upto, last+weight)
}

func (w *weighted[T]) pick(r *random) T {
	n := r.below(w.upto[len(w.upto)-1])
	lo, hi := 0, len(w.upto)-1
	for lo < hi {
		if mid := (lo + hi) / 2; w.upto[mid] > n {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return w.values[lo]
}
