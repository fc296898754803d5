// Package duck is SQL in the embedded DuckDB: one locked-down instance, a
// connection a session, rows out as Arrow, cancellation that answers at once,
// and the store that keeps query results for the grid, the charts, later cells
// and the exports.
//
// # Instance policy
//
// The instance is in memory; what it may read and write is fixed when it is
// opened (Options.Roots and the spill folder) and its configuration is locked
// after that, but for the per-session settings in sessionConfigs. No extension
// is installed or loaded, no secret is kept. DuckDB has no privilege boundary
// of its own beyond this, so no user text reaches it unparsed: the session
// guards every statement first.
//
// This package and its neighbours raw and udf are the only importers of the
// driver. Go-side memory (Arrow batches in flight) is outside the limit.
package duck

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"laketop/engine/duck/raw"
	"laketop/engine/problem"
)

// sessionConfigs may be set on a connection after the lock; everything else is
// refused by DuckDB itself.
var sessionConfigs = []string{"TimeZone", "default_null_order", "ieee_floating_point_ops", "old_implicit_casting", "enable_progress_bar", "enable_progress_bar_print"}

// Options is the policy of an instance. The zero value reads nothing outside
// its spill folder and takes half of the machine's cores less one.
type Options struct {
	MemoryLimitBytes int64    // 0 = 2 GiB
	Threads          int      // 0 = all cores
	SpillDir         string   // made if missing; "" = a temporary folder, removed by Close
	SpillLimitBytes  int64    // 0 = 20 GiB
	ResultLimitBytes int64    // results kept before the oldest are dropped; 0 = a quarter of the memory limit
	Roots            []string // folders DuckDB may read and write; "/" is everything the user may
	// Register adds Go functions to a fresh instance. Functions registered on
	// one connection are seen by all.
	Register func(ctx context.Context, conn *sql.Conn) error
}

// DB is one open instance.
type DB struct {
	db       *sql.DB
	opt      Options
	ownSpill bool
	results  *Store
	vectors  Vectors
	zeros    zeros

	mu       sync.Mutex
	closed   bool
	provided map[string]bool // names of functions
}

// Open starts an instance, registers the Go functions and locks it.
func Open(ctx context.Context, opt Options) (*DB, error) {
	d := &DB{opt: opt}
	if err := d.defaults(); err != nil {
		return nil, err
	}
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open duckdb: %w", err)
	}
	d.db = sql.OpenDB(connector)
	if err := d.prepare(ctx); err != nil {
		return nil, fmt.Errorf("prepare duckdb: %w", errorsJoin(err, d.Close()))
	}
	return d, nil
}

func (d *DB) defaults() error {
	if d.opt.MemoryLimitBytes == 0 {
		d.opt.MemoryLimitBytes = 2 << 30
	}
	if d.opt.Threads == 0 {
		d.opt.Threads = runtime.NumCPU()
	}
	if d.opt.SpillLimitBytes == 0 {
		d.opt.SpillLimitBytes = 20 << 30
	}
	if d.opt.ResultLimitBytes == 0 {
		d.opt.ResultLimitBytes = d.opt.MemoryLimitBytes / 4
	}
	if d.opt.SpillDir == "" {
		dir, err := os.MkdirTemp("", "laketop-spill-")
		if err != nil {
			return fmt.Errorf("make the spill folder: %w", err)
		}
		d.opt.SpillDir, d.ownSpill = dir, true
	}
	if err := os.MkdirAll(d.opt.SpillDir, 0o700); err != nil {
		return fmt.Errorf("make the spill folder: %w", err)
	}
	abs, err := filepath.Abs(d.opt.SpillDir)
	d.opt.SpillDir = abs
	return err
}

// prepare sets the policy on the first connection. The order matters: what
// opens access comes before access is closed, and the lock is last.
func (d *DB) prepare(ctx context.Context) error {
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := raw.Register(ctx, conn, append(d.zeros.functions(), d.vectors.function())...); err != nil {
		return err
	}
	if d.opt.Register != nil {
		if err := d.opt.Register(ctx, conn); err != nil {
			return fmt.Errorf("register functions: %w", err)
		}
	}
	roots := append([]string{d.opt.SpillDir}, d.opt.Roots...)
	for i, r := range roots {
		roots[i] = Literal(r)
	}
	allowed := make([]string, len(sessionConfigs))
	for i, c := range sessionConfigs {
		allowed[i] = Literal(c)
	}
	for _, stmt := range []string{
		"CREATE SCHEMA " + resultSchema,
		"SET autoinstall_known_extensions=false",
		"SET autoload_known_extensions=false",
		"SET allow_community_extensions=false",
		"SET allow_persistent_secrets=false",
		"SET temp_directory=" + Literal(d.opt.SpillDir),
		fmt.Sprintf("SET max_temp_directory_size='%dB'", d.opt.SpillLimitBytes),
		fmt.Sprintf("SET memory_limit='%dB'", d.opt.MemoryLimitBytes),
		fmt.Sprintf("SET threads=%d", d.opt.Threads),
		// DuckDB 1.5.5 rewrites row_number() = 1 into arg_max, which picks a wrong
		// row where a key's first row has a NULL sort key: TestFirstRowOfAKey.
		"SET disabled_optimizers='top_n_window_elimination'",
		"SET allowed_directories=[" + strings.Join(roots, ", ") + "]",
		"SET enable_external_access=false",
		"SET allowed_configs=[" + strings.Join(allowed, ", ") + "]",
		"SET lock_configuration=true",
	} {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("%s: %w", stmt, err)
		}
	}
	own, err := d.Conn(ctx, Settings{})
	if err != nil {
		return err
	}
	d.results = newStore(own, d.Conn, d.opt)
	return nil
}

// Provide registers Go functions, those that the instance does not have yet by
// their names. Every connection sees them.
func (d *DB) Provide(ctx context.Context, functions ...raw.Scalar) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	missing := slices.DeleteFunc(slices.Clone(functions), func(f raw.Scalar) bool { return d.provided[f.Name] })
	if len(missing) == 0 || d.closed {
		return nil
	}
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	if err := raw.Register(ctx, conn, missing...); err != nil {
		return err
	}
	if d.provided == nil {
		d.provided = map[string]bool{}
	}
	for _, f := range missing {
		d.provided[f.Name] = true
	}
	return nil
}

// Results is the store of query results.
func (d *DB) Results() *Store { return d.results }

// Vectors are the deleted rows that the statements of this instance pass over.
func (d *DB) Vectors() *Vectors { return &d.vectors }

// MemoryLimitBytes is the limit the instance runs under.
func (d *DB) MemoryLimitBytes() int64 { return d.opt.MemoryLimitBytes }

// SpillDir is a folder inside the policy's roots for temporary files.
func (d *DB) SpillDir() string { return d.opt.SpillDir }

// MemoryBytes is what DuckDB's buffer manager holds now.
func (d *DB) MemoryBytes(ctx context.Context) (int64, error) {
	var n int64
	err := d.db.QueryRowContext(ctx, "SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory()").Scan(&n)
	return n, err
}

// Version is DuckDB's own, such as "v1.5.5".
func (d *DB) Version(ctx context.Context) (string, error) {
	var v string
	err := d.db.QueryRowContext(ctx, "SELECT version()").Scan(&v)
	return v, err
}

// Close ends the instance and drops every result.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	var errs []error
	if d.results != nil {
		errs = append(errs, d.results.close())
	}
	errs = append(errs, d.db.Close())
	if d.ownSpill {
		errs = append(errs, os.RemoveAll(d.opt.SpillDir))
	}
	return errorsJoin(errs...)
}

// Literal is s as a DuckDB string literal.
func Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Raise is SQL that ends the statement with a phrase: its English text, which is
// all that DuckDB gives back and by which the dialect knows it again.
func Raise(why problem.Phrase) string { return "error(" + Literal(why.Text("en")) + ")" }

// Ident is s as a quoted DuckDB identifier.
func Ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
