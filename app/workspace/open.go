package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"laketop/engine/catalog"
	"laketop/engine/catalog/filesystem"
	"laketop/engine/duck"
	"laketop/engine/duck/udf"
	"laketop/engine/fileio"
	"laketop/engine/fileio/local"
	"laketop/engine/fileio/mem"
	"laketop/engine/filestore"
	"laketop/engine/problem"
	"laketop/engine/session"
	"laketop/engine/source"
)

// Options says how to open a folder. Bus and Jobs are required.
type Options struct {
	Bus  *Bus
	Jobs *Jobs
	Now  func() time.Time // nil = the machine's clock
	// MemoryBytes is DuckDB's limit where laketop.yaml sets none; 0 = the default.
	MemoryBytes int64
	// Writable allows writes to a warehouse without laketop.yaml.
	Writable bool
	// Plain opens any folder, with no lake where it has none: `laketop sql
	// "SELECT 1"` works anywhere.
	Plain bool
	// Anywhere lets statements read every file that the user may. Without it
	// they read the workspace, its warehouses and its declared sources.
	Anywhere bool
}

// Workspace is an open folder.
type Workspace struct {
	Dir      string // absolute
	Kind     FolderKind
	Config   Config
	ReadOnly bool
	Bus      *Bus
	Jobs     *Jobs
	Now      func() time.Time

	zone     string
	state    string // folder for state and cache
	db       *duck.DB
	lake     *filestore.Shared
	files    *local.FS
	close    []func() error // in order of opening
	catalogs map[string]catalog.Catalog
	primary  string // alias of the catalog that bare names mean
	database string
	views    *session.Views
	sources  *source.Sources
	roots    []string
	compacts *compactor // nil: the statements that write compact
}

// StateDir is where the folder's state and cache are kept: .laketop inside a
// workspace, the user's cache folder for any other.
func StateDir(dir string) (string, error) {
	if isFile(filepath.Join(dir, ConfigFile)) {
		return filepath.Join(dir, ".laketop"), nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(abs))
	return filepath.Join(base, "laketop", hex.EncodeToString(sum[:8])), nil
}

// Open opens a folder.
func Open(ctx context.Context, dir string, opt Options) (*Workspace, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := Openable(abs, opt.Plain); err != nil {
		return nil, err
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	w := &Workspace{Dir: abs, Kind: KindOf(abs), Bus: opt.Bus, Jobs: opt.Jobs, Now: opt.Now, catalogs: map[string]catalog.Catalog{}, database: "default"}
	for _, step := range []func() error{
		func() error { return w.configure(opt) },
		func() error { return w.openLake(ctx) },
		func() error { return w.openEngine(ctx, opt) },
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

// configure reads laketop.yaml, or says what a folder without it is.
func (w *Workspace) configure(opt Options) error {
	var err error
	if w.state, err = StateDir(w.Dir); err != nil {
		return err
	}
	w.Config, err = readConfig(w.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	switch w.Kind {
	case KindWarehouse:
		w.Config.Catalogs = []CatalogConfig{{Name: "lake", Warehouse: "."}}
	case KindTable:
		w.Config.Catalogs = []CatalogConfig{{Name: "lake", Warehouse: w.warehouseOfTable()}}
	}
	w.ReadOnly = w.Kind != KindWorkspace && !(opt.Writable && w.Kind != KindFolder)
	if w.Config.Name == "" {
		w.Config.Name = filepath.Base(w.Dir)
	}
	if w.Config.Dialect == "" {
		w.Config.Dialect = "spark"
	}
	w.zone = w.Config.zone()
	return nil
}

// warehouseOfTable is the warehouse that a table folder stands in: the parent
// of its <database>.db. A table outside of one has no name to read it by; it
// opens with an empty catalog and is read by paimon.`folder`.
func (w *Workspace) warehouseOfTable() string {
	parent := filepath.Dir(w.Dir)
	if db, ok := strings.CutSuffix(filepath.Base(parent), ".db"); ok {
		w.database = db
		return filepath.Dir(parent)
	}
	return ""
}

// openLake opens every catalog under its names.
func (w *Workspace) openLake(ctx context.Context) error {
	for i, c := range w.Config.Catalogs {
		var files fileio.FileIO = mem.New()
		if c.Warehouse != "" {
			fs, err := w.warehouse(c.Warehouse)
			if err != nil {
				return err
			}
			files = fs
		}
		cat := filesystem.Open(files, w.clock)
		if !w.ReadOnly {
			// What a killed CREATE or DROP left is out of sight; after a day nobody
			// is still at it.
			if _, err := cat.Clean(ctx, leftoverAge); err != nil {
				return fmt.Errorf("sweep the catalog %s: %w", c.Name, err)
			}
		}
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			w.catalogs[name] = cat
		}
		if i == 0 {
			w.primary = c.Name
		}
	}
	if w.primary == "" {
		w.primary = "lake"
		w.catalogs[w.primary] = filesystem.Open(mem.New(), w.clock)
	}
	if w.Kind != KindWorkspace {
		return nil
	}
	views, err := w.open(filepath.Join(w.Dir, "views"))
	if err != nil {
		return err
	}
	w.views = session.NewViews(views)
	w.files, err = w.open(w.Dir)
	return err
}

// clock is the time in the workspace's zone: system tables show wall clocks.
func (w *Workspace) clock() time.Time {
	loc, err := time.LoadLocation(w.zone)
	if err != nil {
		return w.Now()
	}
	return w.Now().In(loc)
}

func (w *Workspace) warehouse(path string) (*local.FS, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(w.Dir, path)
	}
	w.roots = append(w.roots, path)
	return w.open(path)
}

func (w *Workspace) open(dir string) (*local.FS, error) {
	fs, err := local.New(dir)
	if err != nil {
		return nil, err
	}
	w.close = append(w.close, fs.Close)
	return fs, nil
}

// openEngine starts DuckDB inside the folders that statements may touch.
func (w *Workspace) openEngine(ctx context.Context, opt Options) error {
	memory := opt.MemoryBytes
	if w.Config.Memory != "" {
		memory, _ = ParseSize(w.Config.Memory) // checked when the file was read
	}
	if memory == 0 {
		memory = DefaultMemory()
	}
	cache := filepath.Join(w.state, "cache")
	for _, s := range w.Config.Sources {
		if !filepath.IsAbs(s) {
			s = filepath.Join(w.Dir, s)
		}
		w.roots = append(w.roots, s)
	}
	w.roots = append(w.roots, w.Dir, filepath.Join(cache, "sources"))
	if opt.Anywhere {
		w.roots = []string{"/"}
	}
	spill, err := os.MkdirTemp("", "laketop-")
	if err != nil {
		return fmt.Errorf("make the spill folder: %w", err)
	}
	w.close = append(w.close, func() error { return os.RemoveAll(spill) })
	w.db, err = duck.Open(ctx, duck.Options{MemoryLimitBytes: memory, SpillDir: spill, Roots: w.roots, Register: udf.Register})
	if err != nil {
		return err
	}
	w.close = append(w.close, w.db.Close)
	w.lake = filestore.NewShared(w.db)
	w.close = append(w.close, w.lake.Close)
	if !w.ReadOnly && !opt.Plain && w.Config.Compaction != compactionOff {
		w.compacts = newCompactor(w)
		w.close = append(w.close, w.compacts.close)
	}
	w.sources = source.New(source.Options{Dir: w.Dir, CacheDir: filepath.Join(cache, "sources"), Allowed: w.db.Allows, Env: os.Getenv, Secret: secret})
	return nil
}

// leftoverAge is when hidden folders of unfinished work may be swept up.
const leftoverAge = 24 * time.Hour

// Session begins a conversation with the lake.
func (w *Workspace) Session(ctx context.Context) (*session.Session, error) {
	cfg := session.Config{
		DB: w.db, Lake: w.lake, Catalogs: w.catalogs, Default: w.primary, Database: w.database, Views: w.views,
		Sources: w.sources, Dir: w.Dir, TimeZone: w.zone, Now: w.Now, ReadOnly: w.ReadOnly,
	}
	if w.compacts != nil {
		cfg.Compact = w.compacts.wanted
	}
	return session.Open(ctx, cfg)
}

// Results is the store of query results.
func (w *Workspace) Results() *duck.Store { return w.db.Results() }

// DB is the engine.
func (w *Workspace) DB() *duck.DB { return w.db }

// Sources finds the files that statements name.
func (w *Workspace) Sources() *source.Sources { return w.sources }

// TimeZone is the zone statements run in.
func (w *Workspace) TimeZone() string { return w.zone }

// Path is a path inside the workspace.
func (w *Workspace) Path(parts ...string) string {
	return filepath.Join(append([]string{w.Dir}, parts...)...)
}

// CacheDir is a folder for what can be made again.
func (w *Workspace) CacheDir(parts ...string) string {
	return filepath.Join(append([]string{w.state, "cache"}, parts...)...)
}

// Close ends everything, last opened first.
func (w *Workspace) Close() error {
	var errs []error
	for i := len(w.close) - 1; i >= 0; i-- {
		errs = append(errs, w.close[i]())
	}
	w.close = nil
	return errors.Join(errs...)
}

// WriteProblem is the refusal of a write to a folder that is only read.
func (w *Workspace) WriteProblem() error { return problem.New("workspace.read_only", "path", w.Dir) }

// zoneKeys are the settings by which a session's time zone is set, per dialect.
var zoneKeys = []string{"spark.sql.session.timeZone", "table.local-time-zone", "time_zone", "TimeZone"}

// Zone is the time zone in which a session's instants are shown: what SET
// chose, else the workspace's.
func (w *Workspace) Zone(s *session.Session) *time.Location {
	name := w.zone
	for k, v := range s.Conf() {
		for _, z := range zoneKeys {
			if strings.EqualFold(k, z) {
				name = v
			}
		}
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}
