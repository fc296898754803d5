// Package javafn is what Java and Spark do where DuckDB does something else:
// casts of text, date patterns, charsets, JSON paths, regular expressions,
// hashes, number texts. Pure Go functions on plain values.
//
// The rules are those of Spark 3.5 without ANSI: what cannot be computed is
// NULL, which the functions here report as ok == false. Strings are UTF-8 and
// positions in them count code points. Times are microseconds since 1970 in
// UTC, dates are days since 1970-01-01; a function that needs the session's
// time zone takes its name.
//
// Functions that must compile a pattern first are methods of Regexps, Patterns,
// Paths and Zones: caches that remember what they compiled. They may be used by
// many goroutines at once. Functions lists everything under the name that
// engine/duck/udf registers in DuckDB.
package javafn

import (
	"strings"
	"sync"
	"sync/atomic"
)

// cacheSize bounds a cache: a column of patterns may hold any number of them.
const cacheSize = 256

// cache remembers what was made of a text, and the last use without a lock.
type cache[T any] struct {
	last atomic.Pointer[cached[T]]
	mu   sync.RWMutex
	all  map[string]*cached[T]
}

type cached[T any] struct {
	key   string
	value T
	err   error
}

// get gives build(key), computed once while it stays in the cache.
func (c *cache[T]) get(key string, build func(string) (T, error)) (T, error) {
	if e := c.last.Load(); e != nil && e.key == key {
		return e.value, e.err
	}
	c.mu.RLock()
	e := c.all[key]
	c.mu.RUnlock()
	if e == nil {
		key = strings.Clone(key) // the caller's bytes may be DuckDB's
		e = &cached[T]{key: key}
		e.value, e.err = build(key)
		c.mu.Lock()
		if len(c.all) >= cacheSize || c.all == nil {
			c.all = make(map[string]*cached[T], cacheSize)
		}
		c.all[key] = e
		c.mu.Unlock()
	}
	c.last.Store(e)
	return e.value, e.err
}
