package sampledata

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// oracleSample is the sample that real Spark's golden answers are made from
// (engine/session/testdata/oracle.py). Seed 8 has players whose undated row
// comes first and whose newest row is not the last: the case in which DuckDB's
// own plan for "the newest row per key" goes wrong.
const oracleSample = "../engine/session/testdata/sample"

// oracleOptions are its arguments, shared with nobody outside tests.
func oracleOptions() Options { return Options{Users: 200, Days: 10, Seed: 8} }

func TestOracleSample(t *testing.T) {
	if *rewrite {
		_, err := Generate(t.Context(), oracleSample, oracleOptions(), nil)
		require.NoError(t, err)
		e, err := Expect(t.Context(), oracleOptions())
		require.NoError(t, err)
		f, err := os.Create(filepath.Join(oracleSample, "expect.json"))
		require.NoError(t, err)
		require.NoError(t, e.WriteJSON(f))
		require.NoError(t, f.Close())
	}
	made, _ := generate(t, oracleOptions())
	kept := sums(t, oracleSample)
	delete(kept, "expect.json")
	require.Equal(t, kept, sums(t, made), "rewrite with: go generate ./sampledata, then oracle.py golden")
}
