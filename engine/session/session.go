// Package session is one SQL conversation with the lake: statements of any
// dialect in, results and new snapshots out.
//
//	text ── dialect.Parse ──► statements
//	          │ query                       │ DDL, SHOW, SET            │ CTAS, INSERT
//	          ▼                             ▼                           ▼
//	  names → planned files         catalog, views, settings     query → COPY → data files
//	  dialect → DuckDB text                                      footers → manifest entries
//	          ▼                                                         ▼
//	  DuckDB → result store                                      commit → snapshot
//
// Every table that a statement reads is pinned to one snapshot, which the
// statement's result names. A write becomes visible by one commit (INSERT) or
// one rename (CTAS), so a table is at any moment absent, its old or its
// complete new content.
//
// A Session runs one request at a time; Progress may be asked meanwhile.
package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/datatype"
	"laketop/engine/dialect"
	"laketop/engine/duck"
	"laketop/engine/filestore"
	"laketop/engine/notice"
	"laketop/engine/problem"
	"laketop/engine/source"
)

// Config is what a session stands on.
type Config struct {
	DB       *duck.DB
	Lake     *filestore.Shared          // what sessions of one DB share of the lake's rows; nil = the session's own
	Catalogs map[string]catalog.Catalog // by alias, as laketop.yaml declares them
	Default  string                     // the alias of the catalog that bare names mean
	Database string                     // the database that bare names mean; "" = "default"
	Views    *Views                     // nil = no views
	Sources  *source.Sources            // files named in FROM
	Dir      string                     // where relative folders start
	TimeZone string                     // IANA name; a day is a day there
	Now      func() time.Time
	ReadOnly bool // refuse everything that writes
	// Compact is told of each table whose buckets got files: it has them compacted
	// behind the statements. nil: the statement that writes does it itself.
	Compact func(catalog string, id catalog.Identifier)
}

// TableVersion names one table at one snapshot; 0 is a table without any.
type TableVersion struct {
	Table    string // database.table
	Snapshot int64
}

// Request is a text to run.
type Request struct {
	Dialect   string // "spark", "flink", "starrocks", "duckdb"
	Text      string
	Source    string            // where the text stands, for errors: a file or cell name
	Params    map[string]string // ${name}
	Name      string            // later requests may read the last result by this name
	KeepGoing bool              // run on after an error
	As        *CommitAs         // nil: each write is a commit of its own
}

// StatementResult is what became of one statement.
type StatementResult struct {
	SQL      string
	Kind     string // "query", "create table", "insert", ...
	Span     problem.Span
	Result   *duck.Result // rows, if the statement gives any
	Affected int64        // rows written
	Reads    []TableVersion
	Writes   []TableVersion
	DuckSQL  string // what DuckDB ran
	Elapsed  time.Duration
	Notices  []notice.Notice // what happened, where rows do not tell
	Err      error
}

// Session is one conversation.
type Session struct {
	cfg  Config
	conn *duck.Conn

	mu       sync.Mutex // one request at a time
	catalog  string     // alias in use
	database string
	timeZone string
	conf     map[string]string
	named    map[string]string // result name → result id
	temps    map[string]*View  // temporary views
	lenient  bool              // how conn is configured
	series   series            // of the request that runs
	own      *filestore.Shared // cfg.Lake, if it is the session's own
}

// Open begins a conversation.
func Open(ctx context.Context, cfg Config) (*Session, error) {
	if cfg.Database == "" {
		cfg.Database = "default"
	}
	if _, err := time.LoadLocation(cfg.TimeZone); err != nil {
		return nil, problem.New("session.time_zone", "zone", cfg.TimeZone)
	}
	conn, err := cfg.DB.Conn(ctx, duck.Settings{TimeZone: cfg.TimeZone, Lenient: true})
	if err != nil {
		return nil, err
	}
	var own *filestore.Shared
	if cfg.Lake == nil {
		own = filestore.NewShared(cfg.DB)
		cfg.Lake = own
	}
	return &Session{
		own: own, cfg: cfg, conn: conn, catalog: cfg.Default, database: cfg.Database, timeZone: cfg.TimeZone,
		conf: map[string]string{}, named: map[string]string{}, temps: map[string]*View{}, lenient: true,
	}, nil
}

// Close ends the conversation; its results stay in the store.
func (s *Session) Close() error {
	err := s.conn.Close()
	if s.own != nil {
		err = errors.Join(err, s.own.Close())
	}
	return err
}

// Progress is how far the running statement is, 0..1; negative while unknown.
func (s *Session) Progress() float64 { return s.conn.Progress() }

// Conn is the session's connection, for reading results in its time zone.
func (s *Session) Conn() *duck.Conn { return s.conn }

// Named tells later requests to read a kept result by name.
func (s *Session) Named(name, resultID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.named[name] = resultID
}

// Run runs every statement in order and stops at the first error unless the
// request keeps going. observe (may be nil) sees each as it ends. The error is
// the first one.
func (s *Session) Run(ctx context.Context, req Request, observe func(StatementResult)) ([]StatementResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := dialect.ByName(req.Dialect)
	if err != nil {
		return nil, err
	}
	s.series = series{as: req.As, written: map[string]bool{}}
	var out []StatementResult
	var first error
	for stmt, err := range dialect.Statements(d, req.Text, req.Params) {
		r := StatementResult{SQL: stmt.Text, Span: stmt.Span, Err: err}
		if err == nil {
			r = s.statement(ctx, d, stmt)
		}
		if r.Err != nil {
			r.Err = s.placed(req, stmt, r.Err)
		}
		out = append(out, r)
		if observe != nil {
			observe(r)
		}
		if r.Err != nil && first == nil {
			first = r.Err
		}
		if r.Err != nil && (!req.KeepGoing || ctx.Err() != nil) {
			return out, first
		}
	}
	if n := len(out); n > 0 && req.Name != "" && out[n-1].Result != nil {
		s.named[req.Name] = out[n-1].Result.ID
	}
	return out, first
}

// placed gives an error the source it came from, and a place if it has none.
func (s *Session) placed(req Request, stmt dialect.Statement, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	p, ok := problem.As(err)
	if !ok {
		p = problem.New("session.failed", "reason", err.Error()).Because(err)
	}
	if p.Span == nil {
		p = p.At(req.Text, stmt.Span.Start, stmt.Span.End)
	}
	p.Source, p.Dialect = req.Source, req.Dialect
	return p
}

// fields turns the translator's columns into lake fields without ids.
func fields(columns []dialect.Column) []datatype.Field {
	out := make([]datatype.Field, len(columns))
	for i, c := range columns {
		out[i] = datatype.Field{ID: -1, Name: c.Name, Type: c.Type}
	}
	return out
}

// configure makes the connection fit a dialect and the session's time zone.
func (s *Session) configure(ctx context.Context, d dialect.Dialect) error {
	lenient := d != dialect.DuckDB
	if lenient == s.lenient {
		return nil
	}
	if err := s.conn.Configure(ctx, duck.Settings{TimeZone: s.timeZone, Lenient: lenient}); err != nil {
		return fmt.Errorf("configure the connection: %w", err)
	}
	s.lenient = lenient
	return nil
}

// Conf is a copy of what SET has set.
func (s *Session) Conf() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.conf)
}

// temporary is the session's own view of a name, nil for none.
func (s *Session) temporary(name string) *View {
	for k, v := range s.temps {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return nil
}
