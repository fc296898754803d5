package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"laketop/engine/problem"
)

// ConfigFile is the file that makes a folder a workspace.
const ConfigFile = "laketop.yaml"

// Config is what laketop.yaml says. The zero value is a workspace without a
// lake of its own.
type Config struct {
	Name     string `yaml:"name"`
	TimeZone string `yaml:"timezone"`
	Dialect  string `yaml:"dialect"` // "" = spark
	Memory   string `yaml:"memory"`  // "4GB"; "" = the user's setting
	Sample   string `yaml:"sample"`  // "game" where it was made from it
	// Compaction is "background" ("" too): files of primary-key tables are merged
	// behind the statements; "off": the statement that writes does it.
	Compaction string          `yaml:"compaction"`
	Catalogs   []CatalogConfig `yaml:"catalogs"`
	Sources    []string        `yaml:"sources"` // folders outside that statements may read
}

// CatalogConfig declares one lake. Only folders are catalogs so far.
type CatalogConfig struct {
	Name      string   `yaml:"name"`
	Type      string   `yaml:"type"`      // "" or "filesystem"
	Warehouse string   `yaml:"warehouse"` // folder, relative to the workspace
	Aliases   []string `yaml:"aliases"`   // further names that may lead a table's
}

// Dialects are the languages a workspace may speak by default.
var Dialects = []string{"spark", "flink", "starrocks", "duckdb"}

// ParseConfig reads laketop.yaml's text; file names it in problems.
func ParseConfig(file string, data []byte) (Config, error) {
	var c Config
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(false)
	if err := dec.Decode(&c); err != nil && len(strings.TrimSpace(string(data))) > 0 {
		return c, configProblem(file, string(data), err)
	}
	for _, check := range []error{c.checkZone(), c.checkDialect(), c.checkMemory(), c.checkCompaction(), c.checkCatalogs()} {
		if check != nil {
			return c, problem.New("workspace.config", "file", file).WithError("what", check).Because(check)
		}
	}
	return c, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

func configProblem(file, text string, err error) error {
	what := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
	p := problem.New("workspace.config", "file", file, "what", yamlLine.ReplaceAllString(what, "")).Because(err)
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		n, _ := strconv.Atoi(m[1])
		start := 0
		for range n - 1 {
			i := strings.IndexByte(text[start:], '\n')
			if i < 0 {
				break
			}
			start += i + 1
		}
		p = p.At(text, start, start+1)
	}
	return p
}

func (c Config) checkZone() error {
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		return problem.Say("app.zone_unknown", "zone", strconv.Quote(c.TimeZone)).Err()
	}
	return nil
}

func (c Config) checkDialect() error {
	if c.Dialect != "" && !slices.Contains(Dialects, c.Dialect) {
		return problem.Say("app.dialect_unknown", "dialect", strconv.Quote(c.Dialect), "known", strings.Join(Dialects, ", ")).Err()
	}
	return nil
}

// compactionOff switches background compaction off.
const compactionOff = "off"

func (c Config) checkCompaction() error {
	switch c.Compaction {
	case "", "background", compactionOff:
		return nil
	}
	return problem.Say("app.compaction", "value", strconv.Quote(c.Compaction)).Err()
}

func (c Config) checkMemory() error {
	if c.Memory == "" {
		return nil
	}
	_, err := ParseSize(c.Memory)
	return err
}

func (c Config) checkCatalogs() error {
	seen := map[string]bool{}
	for _, k := range c.Catalogs {
		if k.Type != "" && k.Type != "filesystem" {
			return problem.Say("app.catalog_type", "name", k.Name, "type", strconv.Quote(k.Type)).Err()
		}
		if k.Warehouse == "" {
			return problem.Say("app.catalog_warehouse", "name", k.Name).Err()
		}
		for _, n := range append([]string{k.Name}, k.Aliases...) {
			if n == "" || seen[n] {
				return problem.Say("app.catalog_name", "name", strconv.Quote(n)).Err()
			}
			seen[n] = true
		}
	}
	return nil
}

var sizeText = regexp.MustCompile(`(?i)^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$`)

// ParseSize reads "4GB", "512MB", "1.5g" as bytes; units are powers of 1024.
func ParseSize(s string) (int64, error) {
	m := sizeText.FindStringSubmatch(s)
	if m == nil {
		return 0, problem.Say("app.size", "value", strconv.Quote(s)).Err()
	}
	v, _ := strconv.ParseFloat(m[1], 64) // digits too many are infinite
	shift := map[string]uint{"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[strings.ToLower(m[2])]
	bytes := v * float64(int64(1)<<shift)
	if bytes < 64<<20 || bytes > 1<<50 {
		return 0, problem.Say("app.size_range", "value", strconv.Quote(s)).Err()
	}
	return int64(bytes), nil
}

// zone is the time zone statements run in: the workspace's, else TZ, else the
// system's.
func (c Config) zone() string {
	if c.TimeZone != "" {
		return c.TimeZone
	}
	if tz := strings.TrimPrefix(os.Getenv("TZ"), ":"); tz != "" {
		if _, err := time.LoadLocation(tz); err == nil {
			return tz
		}
	}
	return systemZone()
}

// systemZone is the machine's IANA zone name, UTC when it has none.
func systemZone() string {
	if target, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	if b, err := os.ReadFile("/etc/timezone"); err == nil {
		if name := strings.TrimSpace(string(b)); name != "" {
			return name
		}
	}
	if n := time.Local.String(); n != "Local" && n != "" {
		return n
	}
	return "UTC"
}

// readConfig reads dir's laketop.yaml; a missing one is ErrNotExist.
func readConfig(dir string) (Config, error) {
	path := filepath.Join(dir, ConfigFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, err
	}
	if err != nil {
		return Config{}, problem.New("workspace.config", "file", path, "what", err.Error()).Because(err)
	}
	return ParseConfig(path, data)
}

// configText is a new workspace's laketop.yaml. It is written once; people own
// it from then on, comments included.
func configText(c Config) []byte {
	var b strings.Builder
	b.WriteString("# A Laketop workspace. This file belongs in version control; secrets do not\n# belong in it: they come from the environment or the system keyring.\n")
	fmt.Fprintf(&b, "name: %s\n", yamlScalar(c.Name))
	fmt.Fprintf(&b, "timezone: %s   # a day is a day there\n", yamlScalar(c.TimeZone))
	fmt.Fprintf(&b, "dialect: %s      # of cells and statements that do not name one\n", yamlScalar(c.Dialect))
	if c.Sample != "" {
		fmt.Fprintf(&b, "sample: %s\n", yamlScalar(c.Sample))
	}
	b.WriteString("\n# Names that may lead a table's: paimon_catalog.game_db.t is game_db.t.\ncatalogs:\n")
	for _, k := range c.Catalogs {
		fmt.Fprintf(&b, "  - name: %s\n    warehouse: %s\n", yamlScalar(k.Name), yamlScalar(k.Warehouse))
		if len(k.Aliases) > 0 {
			fmt.Fprintf(&b, "    aliases: [%s]\n", strings.Join(k.Aliases, ", "))
		}
	}
	if len(c.Sources) > 0 {
		b.WriteString("\n# Folders outside this one that statements may read.\nsources:\n")
		for _, s := range c.Sources {
			fmt.Fprintf(&b, "  - %s\n", yamlScalar(s))
		}
	}
	b.WriteString("\n# memory: 4GB    # DuckDB's limit here; the default is in the settings\n")
	return []byte(b.String())
}

// yamlScalar quotes s where plain YAML would read something else.
func yamlScalar(s string) string {
	out, err := yaml.Marshal(s)
	if err != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSpace(string(out))
}
