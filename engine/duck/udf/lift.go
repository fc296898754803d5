package udf

import "laketop/engine/duck/raw"

// value is what a Go function may take and give. VARCHAR and BLOB are strings.
type value interface {
	bool | int32 | int64 | float32 | float64 | string
}

// body runs a function over a batch.
type body = func(*raw.Batch) error

func column[T value](b *raw.Batch, i int) raw.In[T] {
	var in any
	switch any(*new(T)).(type) {
	case string:
		in = raw.Text(b, i)
	case bool:
		in = raw.Column[bool](b, i)
	case int32:
		in = raw.Column[int32](b, i)
	case int64:
		in = raw.Column[int64](b, i)
	case float32:
		in = raw.Column[float32](b, i)
	case float64:
		in = raw.Column[float64](b, i)
	}
	return in.(raw.In[T])
}

func results[T value](b *raw.Batch) raw.Out[T] {
	var out any
	switch any(*new(T)).(type) {
	case string:
		out = raw.TextResults(b)
	case bool:
		out = raw.Results[bool](b)
	case int32:
		out = raw.Results[int32](b)
	case int64:
		out = raw.Results[int64](b)
	case float32:
		out = raw.Results[float32](b)
	case float64:
		out = raw.Results[float64](b)
	}
	return out.(raw.Out[T])
}

// each runs one over the rows that have all their arguments.
func each[R value](b *raw.Batch, one func(i int) (R, bool, error)) error {
	out := results[R](b)
	for i := range b.Len() {
		if b.Skip(i) {
			continue
		}
		r, ok, err := one(i)
		if err != nil {
			return err
		}
		if !ok {
			out.SetNull(i)
			continue
		}
		out.Set(i, r)
	}
	return nil
}

// The lifts: on1 takes one argument, on2 two, and so on. The function gives a
// result, whether there is one (else NULL), and an error that ends the statement.

func on1[A, R value](f func(A) (R, bool, error)) body {
	return func(b *raw.Batch) error {
		x := column[A](b, 0)
		return each(b, func(i int) (R, bool, error) { return f(x.At(i)) })
	}
}

func on2[A, B, R value](f func(A, B) (R, bool, error)) body {
	return func(b *raw.Batch) error {
		x, y := column[A](b, 0), column[B](b, 1)
		return each(b, func(i int) (R, bool, error) { return f(x.At(i), y.At(i)) })
	}
}

func on3[A, B, C, R value](f func(A, B, C) (R, bool, error)) body {
	return func(b *raw.Batch) error {
		x, y, z := column[A](b, 0), column[B](b, 1), column[C](b, 2)
		return each(b, func(i int) (R, bool, error) { return f(x.At(i), y.At(i), z.At(i)) })
	}
}

func on4[A, B, C, D, R value](f func(A, B, C, D) (R, bool, error)) body {
	return func(b *raw.Batch) error {
		x, y, z, w := column[A](b, 0), column[B](b, 1), column[C](b, 2), column[D](b, 3)
		return each(b, func(i int) (R, bool, error) { return f(x.At(i), y.At(i), z.At(i), w.At(i)) })
	}
}

// all1 to all4 lift functions that always have a result.

func all1[A, R value](f func(A) R) body {
	return on1(func(a A) (R, bool, error) { return f(a), true, nil })
}

func all2[A, B, R value](f func(A, B) R) body {
	return on2(func(a A, b B) (R, bool, error) { return f(a, b), true, nil })
}

func all3[A, B, C, R value](f func(A, B, C) R) body {
	return on3(func(a A, b B, c C) (R, bool, error) { return f(a, b, c), true, nil })
}

// some1 to some3 lift functions whose result may be NULL.

func some1[A, R value](f func(A) (R, bool)) body {
	return on1(func(a A) (R, bool, error) { r, ok := f(a); return r, ok, nil })
}

func some2[A, B, R value](f func(A, B) (R, bool)) body {
	return on2(func(a A, b B) (R, bool, error) { r, ok := f(a, b); return r, ok, nil })
}

func some3[A, B, C, R value](f func(A, B, C) (R, bool)) body {
	return on3(func(a A, b B, c C) (R, bool, error) { r, ok := f(a, b, c); return r, ok, nil })
}

// try1 to try4 lift functions that may fail.

func try2[A, B, R value](f func(A, B) (R, error)) body {
	return on2(func(a A, b B) (R, bool, error) { r, err := f(a, b); return r, err == nil, err })
}

func try3[A, B, C, R value](f func(A, B, C) (R, error)) body {
	return on3(func(a A, b B, c C) (R, bool, error) { r, err := f(a, b, c); return r, err == nil, err })
}

func try4[A, B, C, D, R value](f func(A, B, C, D) (R, error)) body {
	return on4(func(a A, b B, c C, d D) (R, bool, error) { r, err := f(a, b, c, d); return r, err == nil, err })
}

// lists lifts a function that gives a list of texts; a nil element is NULL.
func lists(f func(b *raw.Batch, i int) (list []*string, ok bool, err error)) body {
	return func(b *raw.Batch) error {
		out := raw.TextListResults(b)
		for i := range b.Len() {
			if b.Skip(i) {
				continue
			}
			list, ok, err := f(b, i)
			if err != nil {
				return err
			}
			if !ok {
				out.SetNull(i)
				continue
			}
			out.Set(i, list)
		}
		return nil
	}
}

// pointers makes list elements of texts.
func pointers(texts []string) []*string {
	list := make([]*string, len(texts))
	for i := range texts {
		list[i] = &texts[i]
	}
	return list
}
