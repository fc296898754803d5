package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"laketop/engine/duck/raw"
)

var errorsJoin = errors.Join

// Settings are what a session may choose for its connection.
type Settings struct {
	TimeZone string // IANA name; "" leaves the machine's
	// Lenient turns on Spark's reading of mixed comparisons and of x/0, and its
	// null order. The DuckDB dialect leaves it off.
	Lenient bool
}

// Conn is one connection of one session. Its methods wait for each other: a
// DuckDB connection runs one statement at a time.
type Conn struct {
	db       *DB
	mu       sync.Mutex
	conn     *sql.Conn
	native   mapping.Connection
	timeZone string
}

// Conn opens a connection with its session settings.
func (d *DB) Conn(ctx context.Context, set Settings) (*Conn, error) {
	sc, err := d.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	c := &Conn{db: d, conn: sc}
	if err := sc.Raw(func(dc any) error {
		c.native, err = nativeConnection(dc)
		return err
	}); err != nil {
		return nil, errors.Join(err, sc.Close())
	}
	if err := c.Configure(ctx, set); err != nil {
		return nil, errors.Join(err, sc.Close())
	}
	return c, nil
}

// nativeConnection takes the C connection out of the driver's, which keeps it
// unexported: progress and an interrupt without delay need it. A test holds the
// pinned driver to this shape.
func nativeConnection(dc any) (mapping.Connection, error) {
	conn, ok := dc.(*duckdb.Conn)
	if !ok {
		return mapping.Connection{}, fmt.Errorf("not a duckdb connection: %T", dc)
	}
	field := reflect.ValueOf(conn).Elem().FieldByName("conn")
	if !field.IsValid() || field.Type() != reflect.TypeFor[mapping.Connection]() {
		return mapping.Connection{}, errors.New("the duckdb driver changed: Conn.conn is not a mapping.Connection")
	}
	return mapping.Connection{Ptr: field.FieldByName("Ptr").UnsafePointer()}, nil
}

// Configure sets the session settings; it may be called again.
func (c *Conn) Configure(ctx context.Context, set Settings) error {
	nullOrder, ieee, implicit := "nulls_last", "true", "false"
	if set.Lenient {
		nullOrder, ieee, implicit = "nulls_first_on_asc_last_on_desc", "false", "true"
	}
	stmts := []string{
		"SET enable_progress_bar=true",
		"SET enable_progress_bar_print=false",
		"SET default_null_order=" + Literal(nullOrder),
		"SET ieee_floating_point_ops=" + ieee,
		"SET old_implicit_casting=" + implicit,
	}
	if set.TimeZone != "" {
		stmts = append(stmts, "SET TimeZone="+Literal(set.TimeZone))
	}
	for _, s := range stmts {
		if err := c.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	c.timeZone = set.TimeZone
	return nil
}

// Provide is DB.Provide of the connection's instance.
func (c *Conn) Provide(ctx context.Context, functions ...raw.Scalar) error {
	return c.db.Provide(ctx, functions...)
}

// Close gives the connection back to DuckDB.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.Close()
}

// Exec runs statements that give no rows.
func (c *Conn) Exec(ctx context.Context, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.interruptible(ctx, func(ctx context.Context) error {
		_, err := c.conn.ExecContext(ctx, text)
		return err
	})
}

// Query runs one statement and hands its batches to each, in order. A batch is
// released when each returns; retain it to keep it.
func (c *Conn) Query(ctx context.Context, text string, each func(*arrow.Schema, arrow.RecordBatch) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.interruptible(ctx, func(ctx context.Context) error {
		return c.conn.Raw(func(dc any) error {
			a, err := duckdb.NewArrowFromConn(dc.(driver.Conn))
			if err != nil {
				return err
			}
			r, err := a.QueryContext(ctx, text)
			if err != nil {
				return err
			}
			defer r.Release()
			return drain(r, each)
		})
	})
}

func drain(r array.RecordReader, each func(*arrow.Schema, arrow.RecordBatch) error) error {
	seen := false
	for r.Next() {
		seen = true
		if err := each(r.Schema(), r.RecordBatch()); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if seen {
		return nil
	}
	return each(r.Schema(), nil) // an empty result still has a schema
}

// Rows runs a small query and returns every value as the driver gives it.
func (c *Conn) Rows(ctx context.Context, text string, args ...any) (rows [][]any, columns []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.interruptible(ctx, func(ctx context.Context) error {
		rs, err := c.conn.QueryContext(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rs.Close()
		if columns, err = rs.Columns(); err != nil {
			return err
		}
		for rs.Next() {
			row := make([]any, len(columns))
			ptrs := make([]any, len(columns))
			for i := range row {
				ptrs[i] = &row[i]
			}
			if err := rs.Scan(ptrs...); err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return rs.Err()
	})
	return rows, columns, err
}

// DescribedColumn is a column of a query as DuckDB types it.
type DescribedColumn struct{ Name, Type string }

// Describe binds a query without running it.
func (c *Conn) Describe(ctx context.Context, query string) ([]DescribedColumn, error) {
	rows, _, err := c.Rows(ctx, "DESCRIBE "+query)
	if err != nil {
		return nil, err
	}
	out := make([]DescribedColumn, len(rows))
	for i, r := range rows {
		out[i] = DescribedColumn{Name: fmt.Sprint(r[0]), Type: fmt.Sprint(r[1])}
	}
	return out, nil
}

// View registers a stream of Arrow batches under a name that the connection's
// next statements may read once; release drops it.
func (c *Conn) View(r array.RecordReader, name string) (release func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.conn.Raw(func(dc any) error {
		a, err := duckdb.NewArrowFromConn(dc.(driver.Conn))
		if err != nil {
			return err
		}
		release, err = a.RegisterView(r, name)
		return err
	})
	return release, err
}

// Progress is how far the running statement is, 0..1; negative while unknown.
// It may be asked from another goroutine.
func (c *Conn) Progress() float64 {
	p := mapping.QueryProgress(c.native)
	percent, _, _ := mapping.QueryProgressTypeMembers(&p)
	return percent / 100
}

// interruptPause is how often an interrupt is repeated until the statement
// ends: DuckDB clears the flag between the phases of a statement.
const interruptPause = 5 * time.Millisecond

// interruptible runs fn and interrupts DuckDB when ctx ends. The driver's own
// handling sleeps half a second after each interrupt and answers that late, so
// it is given a context that does not end.
func (c *Conn) interruptible(ctx context.Context, fn func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		tick := time.NewTicker(interruptPause)
		defer tick.Stop()
		for {
			mapping.Interrupt(c.native)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	err := fn(context.WithoutCancel(ctx))
	close(done)
	<-stopped
	if ctx.Err() != nil && err != nil {
		return context.Cause(ctx)
	}
	return err
}
