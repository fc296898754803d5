package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"laketop/engine/fileio/local"
)

// Settings are the user's choices, the same in every workspace.
type Settings struct {
	Language    string   `json:"language"` // "en" or "zh-CN"
	Theme       string   `json:"theme"`    // system, light, dark
	MemoryBytes int64    `json:"memoryBytes"`
	Recent      []Recent `json:"recent,omitempty"`
	Window      *Frame   `json:"window,omitempty"`
}

// Recent is a workspace that was opened.
type Recent struct {
	Path     string    `json:"path"`
	Name     string    `json:"name"`
	OpenedAt time.Time `json:"openedAt"`
}

// Frame is where the window stood.
type Frame struct {
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised,omitempty"`
}

// keptRecent is how many workspaces the welcome screen offers.
const keptRecent = 12

// Home keeps the user's settings in one file.
type Home struct {
	dir string
	mu  sync.Mutex
}

// OpenHome uses dir, or laketop's folder in the user's configuration folder.
func OpenHome(dir string) (*Home, error) {
	if dir == "" {
		base, err := os.UserConfigDir()
		if err != nil {
			return nil, fmt.Errorf("find the configuration folder: %w", err)
		}
		dir = filepath.Join(base, "laketop")
	}
	return &Home{dir: dir}, nil
}

func (h *Home) path() string { return filepath.Join(h.dir, "settings.json") }

// Settings are the settings as saved, with defaults for what is not.
func (h *Home) Settings() Settings {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.read()
}

// read never fails: unreadable settings are no reason not to start.
func (h *Home) read() Settings {
	s := Settings{Theme: "system", Language: SystemLanguage(), MemoryBytes: DefaultMemory()}
	data, err := os.ReadFile(h.path())
	if err != nil {
		return s
	}
	saved := s
	if json.Unmarshal(data, &saved) != nil {
		return s
	}
	return saved
}

// Change edits the settings and saves them.
func (h *Home) Change(edit func(*Settings)) (Settings, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.read()
	edit(&s)
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return s, err
	}
	return s, WriteFile(h.path(), append(data, '\n'))
}

// Remember puts a workspace first in the recent list.
func (h *Home) Remember(r Recent) error {
	_, err := h.Change(func(s *Settings) {
		s.Recent = slices.DeleteFunc(s.Recent, func(o Recent) bool { return o.Path == r.Path })
		s.Recent = append([]Recent{r}, s.Recent...)
		s.Recent = s.Recent[:min(len(s.Recent), keptRecent)]
	})
	return err
}

// WriteFile replaces a file durably: after nil a crash leaves the new bytes,
// before it the old ones. Parents are made.
func WriteFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	fs, err := local.New(dir)
	if err != nil {
		return err
	}
	err = fs.Overwrite(ctxNone, filepath.Base(path), data)
	return errors.Join(err, fs.Close())
}

// SystemLanguage is the language of the user's environment: "zh-CN" or "en".
func SystemLanguage() string {
	for _, k := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(k); v != "" {
			if strings.HasPrefix(strings.ToLower(v), "zh") {
				return "zh-CN"
			}
			return "en"
		}
	}
	return "en"
}
