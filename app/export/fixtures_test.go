package export_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/app/dashboard"
)

// TestFixtures holds the inputs of the golden drawings to the shipped dashboard
// and the made-up lake. With -rewrite it writes them anew, and a second run
// with -rewrite fills in the drawings.
func TestFixtures(t *testing.T) {
	rewrite := flag.Lookup("rewrite").Value.String() == "true"
	for name, c := range fixtures(t) {
		file := filepath.Join("testdata", "drawings", name+".json")
		b, err := json.MarshalIndent(map[string]any{"spec": c.spec, "table": c.table, "env": c.env, "want": nil}, "", " ")
		require.NoError(t, err)
		if rewrite {
			require.NoError(t, os.WriteFile(file, b, 0o644))
			continue
		}
		var want, got map[string]json.RawMessage
		kept, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(kept, &got))
		require.NoError(t, json.Unmarshal(b, &want))
		for _, part := range []string{"spec", "table", "env"} {
			require.JSONEq(t, string(want[part]), string(got[part]), "%s of %s", part, name)
		}
	}
}

type fixture struct {
	spec  any
	table dashboard.ChartTable
	env   map[string]any
}

func fixtures(t *testing.T) map[string]fixture {
	doc, data := game(t, 30)
	light := map[string]any{"theme": "light", "language": "en", "width": 456, "height": 290, "from": "2026-10-22", "to": "2026-11-20"}
	dark := map[string]any{"theme": "dark", "language": "zh-CN", "width": 600, "height": 320, "from": "2026-10-22", "to": "2026-11-20"}
	out := map[string]fixture{}
	for r, row := range doc.Rows {
		for i, tile := range row.Tiles {
			kind := tile.Chart["kind"].(string)
			name := "game-" + kind
			if r == 0 || kind == "combo" {
				name += string(rune('a' + r + i))
			}
			env := light
			if (r+i)%2 == 1 {
				env = dark
			}
			out[name] = fixture{tile.Chart, data.Datasets[tile.Dataset].Table, env}
		}
	}
	week := columns(
		"week", "text", []any{"W1", "W1", "W1", "W2", "W2", "W2"},
		"device", "text", []any{"Android", "iOS", "PC", "Android", "iOS", "PC"},
		"gmv", "number", []any{410233.5, 300120.25, 90111.0, 450000.0, 280999.75, 101000.0})
	gaps := columns("dt", "date", []any{"2026-11-01", "2026-11-02", "2026-11-05", "2026-11-06"}, "dau", "number", []any{10.0, nil, 12.0, 14.0})
	out["area-gap"] = fixture{map[string]any{"kind": "area", "x": "dt", "y": "dau", "marks": []any{map[string]any{"at": "2026-11-02", "label": map[string]any{"en": "v3.2", "zh-CN": "v3.2 上线"}}}}, gaps, light}
	out["line-series"] = fixture{map[string]any{"kind": "line", "x": "week", "y": "gmv", "series": "device", "format": "cny"}, week, dark}
	out["bar-grouped"] = fixture{map[string]any{"kind": "bar", "x": "week", "y": "gmv", "series": "device", "format": "cny"}, week, light}
	out["stacked"] = fixture{map[string]any{"kind": "stacked", "x": "week", "y": "gmv", "series": "device", "format": "cny"}, week, dark}
	out["pie"] = fixture{map[string]any{"kind": "pie", "name": "device", "value": "gmv", "format": "cny"}, week, light}
	out["heatmap"] = fixture{map[string]any{"kind": "heatmap", "x": "week", "y": "device", "value": "gmv", "format": "cny", "ramp": "amber"}, week, dark}
	out["list"] = fixture{map[string]any{"kind": "list", "name": "device", "value": "gmv", "format": "cny"}, week, light}
	out["table"] = fixture{map[string]any{"kind": "table"}, week, dark}
	out["empty"] = fixture{map[string]any{"kind": "line", "x": "dt", "y": "dau"}, columns("dt", "date", []any{}, "dau", "number", []any{}), light}
	out["kpi-alone"] = fixture{map[string]any{"kind": "kpi", "value": map[string]any{"column": "gmv", "format": "cny"}}, columns("gmv", "number", []any{1234567.8}), light}
	return out
}
