package sampledata

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// The columns in file order. Struct tags only name and encode them; rows are
// written as values, because NULL and empty text are different things here.
type (
	eventCols struct {
		EventType    []byte `parquet:"event_type,optional,dict"`
		Timestamp    []byte `parquet:"timestamp,optional"`
		EventDetails []byte `parquet:"event_details,optional"`
		Location     []byte `parquet:"location,optional,dict"`
	}
	profileCols struct {
		Gender             []byte `parquet:"gender,optional,dict"`
		OsVersion          []byte `parquet:"os_version,optional,dict"`
		CurrentLevel       []byte `parquet:"current_level,optional,dict"`
		DeviceType         []byte `parquet:"device_type,optional,dict"`
		LastLoginDate      []byte `parquet:"last_login_date,optional,dict"`
		FavoriteGameMode   []byte `parquet:"favorite_game_mode,optional,dict"`
		LanguagePreference []byte `parquet:"language_preference,optional,dict"`
		ActiveTime         []byte `parquet:"active_time,optional,dict"`
		RegistrationDate   []byte `parquet:"registration_date,optional,dict"`
		TotalDeaths        []byte `parquet:"total_deaths,optional"`
		GameHours          []byte `parquet:"game_hours,optional"`
		Location           []byte `parquet:"location,optional,dict"`
		PlayFrequency      []byte `parquet:"play_frequency,optional,dict"`
	}
	eventBigint struct {
		UserID int64 `parquet:"user_id,optional,dict"`
		eventCols
	}
	eventBinary struct {
		UserID []byte `parquet:"user_id,optional,dict"`
		eventCols
	}
	profileBigint struct {
		UserID int64 `parquet:"user_id,optional,dict"`
		profileCols
	}
	profileBinary struct {
		UserID []byte `parquet:"user_id,optional,dict"`
		profileCols
	}
)

// output is the pair of folders that a sample fills.
type output struct {
	profiles, events folder
	binaryIDs        bool
}

// folder is one of them with its schema.
type folder struct {
	dir    string
	schema *parquet.Schema
}

func newOutput(dir string, binaryIDs bool) (*output, error) {
	o := &output{binaryIDs: binaryIDs}
	o.profiles = folder{filepath.Join(dir, "user_profile"), parquet.SchemaOf(profileBigint{})}
	o.events = folder{filepath.Join(dir, "user_event"), parquet.SchemaOf(eventBigint{})}
	if binaryIDs {
		o.profiles.schema = parquet.SchemaOf(profileBinary{})
		o.events.schema = parquet.SchemaOf(eventBinary{})
	}
	for _, f := range []folder{o.profiles, o.events} {
		if err := f.prepare(); err != nil {
			return nil, err
		}
	}
	return o, nil
}

var partName = regexp.MustCompile(`^\.?part-[0-9]{5}\.parquet(\.tmp)?$`)

// prepare makes the folder and removes the parts of an earlier sample.
func (f folder) prepare() error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return fmt.Errorf("make sample folder: %w", err)
	}
	found, err := filepath.Glob(filepath.Join(f.dir, "*.parquet"))
	if err != nil {
		return fmt.Errorf("look into sample folder: %w", err)
	}
	for _, path := range found {
		if !partName.MatchString(filepath.Base(path)) {
			return fmt.Errorf("sample folder %s holds %s, which is no part of a sample: %w", f.dir, filepath.Base(path), os.ErrExist)
		}
	}
	for _, path := range found {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove part of an earlier sample: %w", err)
		}
	}
	return nil
}

// write makes every user once and writes their rows, block by block.
func (o *output) write(ctx context.Context, g *game, progress func(done, total int)) (Summary, error) {
	sum := Summary{Users: g.opt.Users}
	var u user
	for from := 0; from < g.opt.Users; from += usersPerFile {
		to := min(from+usersPerFile, g.opt.Users)
		if err := o.block(ctx, g, &u, from, to, &sum, progress); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// block writes one file into each folder.
func (o *output) block(ctx context.Context, g *game, u *user, from, to int, sum *Summary, progress func(done, total int)) (err error) {
	name := fmt.Sprintf("part-%05d.parquet", from/usersPerFile)
	var files [2]*part
	defer func() {
		for _, f := range files {
			f.abandon()
		}
	}()
	for i, f := range []folder{o.profiles, o.events} {
		if files[i], err = f.create(name); err != nil {
			return err
		}
	}
	for n := from; n < to; n++ {
		g.make(u, n)
		if err := errors.Join(files[0].rows(o.profileRows(u)), files[1].rows(o.eventRows(u))); err != nil {
			return err
		}
		sum.Profiles += int64(len(u.profiles))
		sum.Events += int64(len(u.events))
		if (n+1)%1000 != 0 && n+1 != g.opt.Users {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if progress != nil {
			progress(n+1, g.opt.Users)
		}
	}
	for i, f := range files {
		bytes, err := f.publish()
		if err != nil {
			return err
		}
		files[i] = nil
		sum.Bytes += bytes
		sum.Files++
	}
	return nil
}

func (o *output) id(u *user) parquet.Value {
	if o.binaryIDs {
		return parquet.ByteArrayValue(strconv.AppendInt(nil, u.id, 10)).Level(0, 1, 0)
	}
	return parquet.Int64Value(u.id).Level(0, 1, 0)
}

func (o *output) profileRows(u *user) []parquet.Row {
	rows := make([]parquet.Row, 0, len(u.profiles))
	for i := range u.profiles {
		rows = append(rows, row(o.id(u), u.profiles[i].cells[:]...))
	}
	return rows
}

func (o *output) eventRows(u *user) []parquet.Row {
	rows := make([]parquet.Row, 0, len(u.events))
	for i := range u.events {
		e := &u.events[i]
		rows = append(rows, row(o.id(u), e.kind, e.at, e.details, e.location))
	}
	return rows
}

// row joins an id and cells; a nil cell is NULL.
func row(id parquet.Value, cells ...[]byte) parquet.Row {
	r := make(parquet.Row, 1, 1+len(cells))
	r[0] = id
	for i, c := range cells {
		if c == nil {
			r = append(r, parquet.NullValue().Level(0, 0, i+1))
			continue
		}
		r = append(r, parquet.ByteArrayValue(c).Level(0, 1, i+1))
	}
	return r
}

// part is one parquet file while it is written under a hidden name.
type part struct {
	file   *os.File
	path   string
	writer *parquet.GenericWriter[any]
}

func (f folder) create(name string) (*part, error) {
	p := &part{path: filepath.Join(f.dir, name)}
	file, err := os.Create(filepath.Join(f.dir, "."+name+".tmp"))
	if err != nil {
		return nil, fmt.Errorf("create part: %w", err)
	}
	p.file = file
	p.writer = parquet.NewGenericWriter[any](file, f.schema,
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedBetterCompression, Concurrency: 1}),
		parquet.CreatedBy("laketop sampledata", "1", "1"),
		parquet.DataPageStatistics(true),
		parquet.PageBufferSize(1<<20),
		parquet.MaxRowsPerRowGroup(120_000),
	)
	return p, nil
}

func (p *part) rows(rows []parquet.Row) error {
	if len(rows) == 0 {
		return nil
	}
	if _, err := p.writer.WriteRows(rows); err != nil {
		return fmt.Errorf("write rows of %s: %w", p.path, err)
	}
	return nil
}

// publish closes the file and gives it its name.
func (p *part) publish() (int64, error) {
	if err := p.writer.Close(); err != nil {
		return 0, fmt.Errorf("close %s: %w", p.path, err)
	}
	info, err := p.file.Stat()
	if err != nil {
		return 0, fmt.Errorf("close %s: %w", p.path, err)
	}
	if err := p.file.Close(); err != nil {
		return 0, fmt.Errorf("close %s: %w", p.path, err)
	}
	if err := os.Rename(p.file.Name(), p.path); err != nil {
		return 0, fmt.Errorf("name %s: %w", p.path, err)
	}
	return info.Size(), nil
}

// abandon drops an unfinished file; a nil part is a finished one.
func (p *part) abandon() {
	if p == nil {
		return
	}
	p.file.Close()
	os.Remove(p.file.Name()) // a leftover .tmp is no part
}
