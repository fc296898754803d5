package workspace

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"laketop/engine/problem"
)

func TestConfig(t *testing.T) {
	for name, tc := range map[string]struct{ text, wrong string }{
		"empty":             {"", ""},
		"what init writes":  {string(configText(Config{Name: "a: b", TimeZone: "Asia/Shanghai", Dialect: "spark", Sample: "game", Catalogs: []CatalogConfig{{Name: "paimon", Warehouse: "warehouse", Aliases: []string{"paimon_catalog"}}}, Sources: []string{"/data/x y"}})), ""},
		"unknown keys stay": {"future: yes\nname: x\n", ""},
		"no such zone":      {"timezone: Mars/Base\n", "timezone"},
		"no such dialect":   {"dialect: cobol\n", "dialect"},
		"no size":           {"memory: lots\n", "no size"},
		"too small":         {"memory: 1MB\n", "outside"},
		"a name twice":      {"catalogs:\n  - {name: a, warehouse: w, aliases: [a]}\n", "used twice"},
		"no warehouse":      {"catalogs:\n  - {name: a}\n", "no warehouse"},
		"an unknown type":   {"catalogs:\n  - {name: a, type: hive, warehouse: w}\n", "only filesystem"},
		"not YAML":          {"name: x\n\tb: [", "line 2"},
		"the wrong shape":   {"name: x\ncatalogs: 7\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseConfig("laketop.yaml", []byte(tc.text))
			if tc.wrong == "" {
				require.NoError(t, err)
				return
			}
			p, ok := problem.As(err)
			require.True(t, ok, "%v", err)
			require.Contains(t, p.Error(), tc.wrong)
		})
	}
}

func TestConfigIsToldInChinese(t *testing.T) {
	for text, want := range map[string]string{
		"timezone: Mars/Base\n":      `timezone "Mars/Base" 无法识别；请写 Asia/Shanghai 这样的时区`,
		"dialect: cobol\n":           `没有方言 "cobol"，可用：spark, flink, starrocks, duckdb`,
		"memory: lots\n":             `"lots" 不是大小；请写 4GB 这样的值`,
		"memory: 1MB\n":              `"1MB" 不在 64MB 到 1024TB 之间`,
		"compaction: on\n":           `compaction 为 "on"，只能是 background 或 off`,
		"catalogs:\n  - {name: a}\n": "目录 a 没有指定 warehouse 文件夹",
		"catalogs:\n  - {name: a, type: h, warehouse: w}\n": `目录 a 的 type 为 "h"；只支持 filesystem`,
	} {
		_, err := ParseConfig("laketop.yaml", []byte(text))
		p, ok := problem.As(err)
		require.True(t, ok, "%v", err)
		require.Equal(t, "无法读取 laketop.yaml："+want, p.Message("zh"))
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"4GB": 4 << 30, "512mb": 512 << 20, "1.5g": 3 << 29, "2 GiB": 2 << 30, "1073741824": 1 << 30} {
		got, err := ParseSize(text)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
}

// TestOwnerProcess holds a workspace until it is killed; it is run by
// TestOwnerThatCrashedIsReplaced only.
func TestOwnerProcess(t *testing.T) {
	dir := os.Getenv("LAKETOP_TEST_OWN")
	if dir == "" {
		return
	}
	o, err := Own(dir, dir)
	require.NoError(t, err)
	require.NoError(t, o.Publish(Endpoint{URL: "http://127.0.0.1:1", Token: "t", PID: os.Getpid()}))
	time.Sleep(time.Minute)
}

func TestOwnerThatCrashedIsReplaced(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=TestOwnerProcess$")
	child.Env = append(os.Environ(), "LAKETOP_TEST_OWN="+dir)
	require.NoError(t, child.Start())
	require.Eventually(t, func() bool { e, ok := FindOwner(dir); return ok && e.PID == child.Process.Pid }, 10*time.Second, 20*time.Millisecond)
	_, err := Own(dir, "w")
	p, ok := problem.As(err)
	require.True(t, ok)
	require.Equal(t, "workspace.busy", p.Code)
	st, err := os.Stat(filepath.Join(dir, endpointFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), st.Mode().Perm())

	require.NoError(t, child.Process.Kill())
	_ = child.Wait() // killed
	_, ok = FindOwner(dir)
	require.False(t, ok, "the endpoint file is there, its owner is not")
	o, err := Own(dir, "w")
	require.NoError(t, err)
	require.NoError(t, o.Publish(Endpoint{URL: "http://127.0.0.1:2"}))
	e, ok := FindOwner(dir)
	require.True(t, ok)
	require.Equal(t, "http://127.0.0.1:2", e.URL)
	require.NoError(t, o.Release())
	_, ok = FindOwner(dir)
	require.False(t, ok)
}

func TestJobs(t *testing.T) {
	bus := &Bus{}
	events, stop := bus.Subscribe()
	defer stop()
	jobs := NewJobs(bus, time.Now)
	ctx, job := jobs.Begin(context.Background(), Job{Kind: "query", Title: "x", Total: 2})
	require.Equal(t, 1, jobs.Busy())
	require.Equal(t, JobRunning, (<-events).Job.State)
	_, err := jobs.Cancel(job.Job().ID)
	require.NoError(t, err)
	require.ErrorIs(t, context.Cause(ctx), ErrCancelled)
	require.Equal(t, JobCancelled, (<-events).Job.State)
	job.End(context.Cause(ctx))
	require.Equal(t, JobCancelled, jobs.List()[0].State)
	_, other := jobs.Begin(context.Background(), Job{Kind: "query"})
	other.End(nil)
	require.Equal(t, JobOK, jobs.List()[0].State)
	for range keptJobs + 10 {
		_, j := jobs.Begin(context.Background(), Job{})
		j.End(nil)
	}
	require.Len(t, jobs.List(), keptJobs)
	_, err = jobs.Cancel("j1")
	require.Error(t, err)
}

func TestBusDropsWhoLags(t *testing.T) {
	bus := &Bus{}
	slow, stop := bus.Subscribe()
	for range busBuffer + 1 {
		bus.Publish(Event{Type: "job"})
	}
	n := 0
	for range slow {
		n++
	}
	require.Equal(t, busBuffer, n)
	stop()
}

func TestHomeRemembers(t *testing.T) {
	h, err := OpenHome(t.TempDir())
	require.NoError(t, err)
	for _, p := range []string{"/a", "/b", "/a"} {
		require.NoError(t, h.Remember(Recent{Path: p}))
	}
	s := h.Settings()
	require.Len(t, s.Recent, 2)
	require.Equal(t, "/a", s.Recent[0].Path)
	require.NoError(t, os.WriteFile(h.path(), []byte("{broken"), 0o600))
	require.Equal(t, "system", h.Settings().Theme, "broken settings do not keep the application from starting")
}

func TestKindOf(t *testing.T) {
	dir := t.TempDir()
	require.Equal(t, KindFolder, KindOf(dir))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "d.db", "t", "schema"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "d.db", "t", "schema", "schema-0"), nil, 0o600))
	require.Equal(t, KindWarehouse, KindOf(dir))
	require.Equal(t, KindTable, KindOf(filepath.Join(dir, "d.db", "t")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ConfigFile), nil, 0o600))
	require.Equal(t, KindWorkspace, KindOf(dir))
	found, err := Find(filepath.Join(dir, "d.db", "t"))
	require.NoError(t, err)
	require.Equal(t, dir, found)
}

func TestGuessRoles(t *testing.T) {
	columns := []Column{{Name: "ts"}, {Name: "customer_id"}, {Name: "action"}, {Name: "revenue"}, {Name: "city"}, {Name: "platform"}, {Name: "x"}}
	require.Equal(t, Roles{Who: "customer_id", When: "ts", What: "action", Amount: "revenue", Place: "city", Device: "platform"}, guess(columns))
}

func TestOwnEventsRunThroughTheGameNotebook(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	csv := filepath.Join(dir, "my events.csv")
	require.NoError(t, os.WriteFile(csv, []byte("player,at,did,paid,town\nann,2026-01-01 10:00:00,login,,广东省深圳市\nann,2026-01-02 11:00:00,purchase,9.5,广东省深圳市\nbob,2026-01-02 12:00:00,login,,\n"), 0o600))
	in, err := Inspect(ctx, csv)
	require.NoError(t, err)
	require.Equal(t, 1, in.Files)
	require.Len(t, in.Rows, 3)
	ws := filepath.Join(dir, "w")
	roles := Roles{Who: "player", When: "at", What: "did", Amount: "paid", Place: "town"}
	require.Error(t, ImportEvents(ctx, csv, ws, Roles{Who: "nobody", When: "at", What: "did"}))
	require.NoError(t, ImportEvents(ctx, csv, ws, roles))
	data, err := os.ReadFile(filepath.Join(ws, "notebooks", gameNotebook))
	require.NoError(t, err)
	var doc struct {
		Cells []struct{ Source []string }
	}
	require.NoError(t, json.Unmarshal(data, &doc))
	text := ""
	for _, c := range doc.Cells {
		text += strings.Join(c.Source, "") + "\n"
	}
	require.Contains(t, text, "csv.`"+csv+"`")
	require.Contains(t, text, "CAST(CAST(`player` AS STRING) AS BINARY) AS user_id")
	c, err := readConfig(ws)
	require.NoError(t, err)
	require.Equal(t, []string{dir}, c.Sources)
	require.Error(t, ImportEvents(ctx, filepath.Join(dir, "*.parquet"), filepath.Join(dir, "v"), roles))
}
