package schema

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOptionText(t *testing.T) {
	t.Parallel()
	s := &Schema{Options: map[string]string{
		"word": " Lookup ", "n": " 7 ", "zero": "0", "text": "seven", "huge": "99999999999", "size": "8 MB", "time": "2 h", "day": "tomorrow",
		OptionCompactionTrigger: "3",
	}}
	require.Equal(t, "Lookup", s.Text("word", ""))
	require.Equal(t, "lookup", s.Word("word", ""))
	require.Equal(t, "none", s.ChangelogProducer())
	require.Equal(t, int64(8<<20), s.Bytes("size", 1))
	require.Equal(t, int64(1), s.Bytes("text", 1))
	for text, want := range map[string]int64{"0": 0, "1024": 1024, "3b": 3, "2 KB": 2 << 10, "1mebibytes": 1 << 20, "5 g": 5 << 30, "8388607 tb": 8388607 << 40} {
		n, err := ParseBytes(text)
		require.NoError(t, err, text)
		require.Equal(t, want, n, text)
	}
	for _, text := range []string{"", "mb", "-1", "1.5 mb", "8 mx", "8388608 tb"} {
		_, err := ParseBytes(text)
		require.ErrorContains(t, err, "is no size such as", text)
	}
	require.Equal(t, 3, s.CompactionTrigger())
	require.Equal(t, 4, s.Levels())

	for _, c := range []struct {
		option         string
		least, strict  int64
		lenient        int
		fails          string
		otherwiseGiven int64
	}{
		{"n", 1, 7, 7, "", 5},
		{"none", 1, 5, 5, "", 5},
		{"zero", 1, 5, 5, "it is no number from 1 on", 5},
		{"zero", 0, 0, 0, "", 5},
		{"text", 1, 5, 5, "it is no number from 1 on", 5},
		{"huge", 1, 99999999999, 5, "", 5},
	} {
		n, err := s.Number(c.option, c.least, c.otherwiseGiven)
		if c.fails != "" {
			require.ErrorContains(t, err, c.fails, c.option)
		} else {
			require.NoError(t, err, c.option)
		}
		require.Equal(t, c.strict, n, c.option)
		require.Equal(t, c.lenient, s.Int(c.option, int(c.least), int(c.otherwiseGiven)), c.option)
	}

	d, err := s.Duration("time", time.Minute)
	require.NoError(t, err)
	require.Equal(t, 2*time.Hour, d)
	d, err = s.Duration("none", time.Minute)
	require.NoError(t, err)
	require.Equal(t, time.Minute, d)
	_, err = s.Duration("day", time.Minute)
	require.ErrorContains(t, err, "is no duration such as")
}
