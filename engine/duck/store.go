package duck

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// resultSchema holds the store's tables. No user text can name it: every name a
// user writes is resolved in the catalog.
const resultSchema = "lt_results"

// Result is one kept result: what it is called and what it holds. Its rows are
// a table of the instance, so DuckDB pages, sorts and spills them.
type Result struct {
	ID        string
	Columns   []datatype.Field
	Rows      int64
	SizeBytes int64  // estimated from the first rows
	TimeZone  string // of the connection that made it; "" the machine's
}

// Store keeps results until they are dropped or until newer ones need the room.
type Store struct {
	conn       *Conn
	open       func(context.Context, Settings) (*Conn, error)
	limitBytes int64
	spill      string

	mu      sync.Mutex
	next    int
	results map[string]Result
	order   []string          // oldest first
	sorted  map[string]string // id + sort → table of the sorted rows
}

func newStore(conn *Conn, open func(context.Context, Settings) (*Conn, error), opt Options) *Store {
	return &Store{conn: conn, open: open, limitBytes: opt.ResultLimitBytes, spill: opt.SpillDir, results: map[string]Result{}, sorted: map[string]string{}}
}

func (s *Store) close() error { return s.conn.Close() }

// table is where a result's rows are; id comes from the store itself.
func table(id string) string { return resultSchema + "." + Ident(id) }

// Keep runs query on conn and keeps its rows. columns give the types as the
// dialect sees them; nil takes DuckDB's.
func (s *Store) Keep(ctx context.Context, conn *Conn, query string, columns []datatype.Field) (Result, error) {
	s.mu.Lock()
	s.next++
	r := Result{ID: fmt.Sprintf("r%d", s.next), Columns: columns, TimeZone: conn.timeZone}
	s.mu.Unlock()
	if err := conn.Exec(ctx, "CREATE TABLE "+table(r.ID)+" AS "+query); err != nil {
		return Result{}, err
	}
	if err := s.measure(ctx, conn, &r); err != nil {
		return Result{}, errorsJoin(err, s.dropTable(r.ID))
	}
	s.mu.Lock()
	s.results[r.ID] = r
	s.order = append(s.order, r.ID)
	evicted := s.overLimit()
	s.mu.Unlock()
	for _, id := range evicted {
		if err := s.Drop(ctx, id); err != nil {
			return r, err
		}
	}
	return r, nil
}

// measureRows is how many rows tell the size of one.
const measureRows = 1024

func (s *Store) measure(ctx context.Context, conn *Conn, r *Result) error {
	rows, _, err := conn.Rows(ctx, "SELECT count(*) FROM "+table(r.ID))
	if err != nil {
		return err
	}
	r.Rows = asInt(rows[0][0])
	if r.Columns == nil {
		described, err := conn.Describe(ctx, "SELECT * FROM "+table(r.ID))
		if err != nil {
			return err
		}
		for _, d := range described {
			t, err := datatype.FromDuckDB(d.Type)
			if err != nil {
				t = datatype.Type{}
			}
			r.Columns = append(r.Columns, datatype.Field{ID: -1, Name: d.Name, Type: t})
		}
	}
	var sample, n int64
	err = conn.Query(ctx, fmt.Sprintf("SELECT * FROM %s LIMIT %d", table(r.ID), measureRows), func(_ *arrow.Schema, b arrow.RecordBatch) error {
		if b != nil {
			sample, n = sample+batchBytes(b), n+b.NumRows()
		}
		return nil
	})
	if n > 0 {
		r.SizeBytes = sample * r.Rows / n
	}
	return err
}

func batchBytes(b arrow.RecordBatch) int64 {
	var n int64
	for _, c := range b.Columns() {
		n += int64(c.Data().SizeInBytes())
	}
	return n
}

// overLimit names the oldest results that must go, never the newest.
func (s *Store) overLimit() []string {
	var total int64
	for _, r := range s.results {
		total += r.SizeBytes
	}
	var out []string
	for _, id := range s.order[:max(len(s.order)-1, 0)] {
		if total <= s.limitBytes {
			break
		}
		total -= s.results[id].SizeBytes
		out = append(out, id)
	}
	return out
}

// Get says what a result holds. A dropped one is a problem result.gone.
func (s *Store) Get(id string) (Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.results[id]
	if !ok {
		return Result{}, problem.New("result.gone", "id", id)
	}
	return r, nil
}

// SQL is the text that reads a result's rows in a FROM clause of this instance,
// in the order they came.
func (s *Store) SQL(id string) (string, error) {
	if _, err := s.Get(id); err != nil {
		return "", err
	}
	return table(id), nil
}

// Drop forgets a result and frees its rows.
func (s *Store) Drop(ctx context.Context, id string) error {
	s.mu.Lock()
	delete(s.results, id)
	s.order = slices.DeleteFunc(s.order, func(o string) bool { return o == id })
	var also []string
	for key, t := range s.sorted {
		if sortedOf(key) == id {
			also = append(also, t)
			delete(s.sorted, key)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, t := range also {
		errs = append(errs, s.conn.Exec(ctx, "DROP TABLE IF EXISTS "+t))
	}
	return errorsJoin(append(errs, s.dropTable(id))...)
}

func (s *Store) dropTable(id string) error {
	return s.conn.Exec(context.Background(), "DROP TABLE IF EXISTS "+table(id))
}
