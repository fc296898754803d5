package notebooks

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// document is the part of nbformat 4.5 that the rules below are about.
type document struct {
	Cells []struct {
		Type     string `json:"cell_type"`
		ID       string `json:"id"`
		Count    any    `json:"execution_count"`
		Metadata struct {
			Laketop struct {
				Kind string `json:"kind"`
				Name string `json:"name"`
			} `json:"laketop"`
		} `json:"metadata"`
		Outputs []any    `json:"outputs"`
		Source  []string `json:"source"`
	} `json:"cells"`
	Metadata struct {
		Kernel struct {
			Name string `json:"name"`
		} `json:"kernelspec"`
		Laketop struct {
			Parameters []struct {
				Name string `json:"name"`
			} `json:"parameters"`
		} `json:"laketop"`
	} `json:"metadata"`
	Format int `json:"nbformat"`
	Minor  int `json:"nbformat_minor"`
}

func shipped(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := fs.Glob(FS, "*.ipynb")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	m := map[string][]byte{}
	for _, name := range names {
		b, err := fs.ReadFile(FS, name)
		require.NoError(t, err)
		m[name] = b
	}
	return m
}

// TestShippedNotebooksAreAsJupyterWritesThem: sorted keys, one blank a level,
// text unescaped, a newline at the end; so that saving one there is no change.
func TestShippedNotebooksAreAsJupyterWritesThem(t *testing.T) {
	for name, b := range shipped(t) {
		var tree any
		require.NoError(t, json.Unmarshal(b, &tree), name)
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		require.NoError(t, enc.Encode(tree))
		require.Equal(t, out.String(), string(b), name)
	}
}

func TestShippedNotebooksAreClean(t *testing.T) {
	id := regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	hole := regexp.MustCompile(`\$\{([^}]*)\}`)
	for name, b := range shipped(t) {
		var d document
		require.NoError(t, json.Unmarshal(b, &d), name)
		require.Equal(t, []any{4, 5, "laketop"}, []any{d.Format, d.Minor, d.Metadata.Kernel.Name}, name)
		declared, ids, names := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, p := range d.Metadata.Laketop.Parameters {
			declared[p.Name] = true
		}
		for _, c := range d.Cells {
			text := strings.Join(c.Source, "")
			require.Regexp(t, id, c.ID)
			require.False(t, ids[c.ID], "cell %s twice", c.ID)
			ids[c.ID] = true
			require.Empty(t, c.Outputs, "%s %s", name, c.ID)
			require.Nil(t, c.Count, "%s %s", name, c.ID)
			for _, h := range hole.FindAllStringSubmatch(text, -1) {
				require.True(t, declared[h[1]], "%s %s uses ${%s}, which is no parameter", name, c.ID, h[1])
			}
			if c.Type == "code" {
				own := c.Metadata.Laketop
				require.NotEmpty(t, own.Name, c.ID)
				require.False(t, names[own.Name], "name %s twice", own.Name)
				names[own.Name] = true
			}
		}
	}
}

// TestGameNotebookMakesTheContract names what dashboards and other engines
// rely on.
func TestGameNotebookMakesTheContract(t *testing.T) {
	text := string(shipped(t)["game_etl.ipynb"])
	for _, table := range []string{
		"ods_user_profile", "ods_user_event", "dwd_user_details", "dwd_user_event",
		"ads_retention_daily", "ads_purchase_trends_daily", "ads_device_preference_daily", "ads_region_distribution_daily",
	} {
		require.Contains(t, text, "DROP TABLE IF EXISTS game_db."+table+";")
		require.Contains(t, text, "CREATE TABLE game_db."+table+" USING paimon AS")
	}
	for _, view := range []string{"ADS_MV_USER_RETENTION", "ADS_MV_USER_GEOGRAPHIC_DISTRIBUTION", "ADS_MV_USER_DEVICE_PREFERENCE", "ADS_MV_USER_PURCHASE_TRENDS"} {
		require.Contains(t, text, "CREATE OR REPLACE VIEW game_db."+view+" AS")
	}
}
