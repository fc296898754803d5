package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"

	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// About implements gen.ServerInterface.
func (s *Server) About(w http.ResponseWriter, r *http.Request) {
	s.write(w, http.StatusOK, gen.About{
		Version: s.opt.Version, Duckdb: DuckDBVersion(), Os: runtime.GOOS + "/" + runtime.GOARCH, Window: s.opt.Window,
		DefaultLanguage: workspace.SystemLanguage(), Cores: runtime.NumCPU(), MemoryBytes: workspace.MachineMemory(),
	})
}

// driver is the module whose minor version spells DuckDB's: 10505 is 1.5.5.
const driver = "github.com/duckdb/duckdb-go/v2"

// DuckDBVersion is the engine's version as the binary was built with it.
func DuckDBVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, m := range info.Deps {
		var major, n int
		if m.Path != driver {
			continue
		}
		if _, err := fmt.Sscanf(m.Version, "v%d.%d.", &major, &n); err == nil {
			return strconv.Itoa(n/10000) + "." + strconv.Itoa(n/100%100) + "." + strconv.Itoa(n%100)
		}
		return m.Version
	}
	return "unknown"
}

// GetSettings implements gen.ServerInterface.
func (s *Server) GetSettings(w http.ResponseWriter, _ *http.Request) {
	s.write(w, http.StatusOK, settingsOf(s.opt.Home.Settings()))
}

func settingsOf(v workspace.Settings) gen.Settings {
	out := gen.Settings{Language: gen.SettingsLanguage(v.Language), Theme: gen.SettingsTheme(v.Theme), MemoryBytes: v.MemoryBytes}
	for _, r := range v.Recent {
		out.Recent = append(out.Recent, gen.RecentWorkspace{Path: r.Path, Name: r.Name, OpenedAt: r.OpenedAt})
	}
	return out
}

// leastMemory is the smallest limit under which DuckDB does anything useful.
const leastMemory = 256 << 20

// PutSettings implements gen.ServerInterface. The recent list is the
// application's own and stays.
func (s *Server) PutSettings(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(context.Context) (any, error) {
		in, err := read[gen.Settings](r)
		if err != nil {
			return nil, err
		}
		if !in.Language.Valid() || !in.Theme.Valid() || in.MemoryBytes < leastMemory {
			return nil, problem.New("request.bad").With("what", problem.Say("app.setting_range"))
		}
		spoken := s.language()
		saved, err := s.opt.Home.Change(func(v *workspace.Settings) {
			v.Language, v.Theme, v.MemoryBytes = string(in.Language), string(in.Theme), in.MemoryBytes
		})
		if err == nil && saved.Language != spoken {
			s.retell()
		}
		return settingsOf(saved), err
	})
}

// retell has what is shown of the open notebooks asked for again, for it is in
// another language now.
func (s *Server) retell() {
	d, release, err := s.take()
	if err != nil {
		return // nothing is open
	}
	defer release()
	d.room.Retell()
}
