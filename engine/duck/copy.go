package duck

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// CopiedFile is one parquet file that Copy wrote.
type CopiedFile struct {
	Path      string // absolute
	Rows      int64
	SizeBytes int64
	Keys      map[string]any // values of the PARTITION_BY columns, if any
}

// Copy writes query as parquet (zstd) to target and says which files it made.
// extra are further COPY options, such as "PARTITION_BY (p)". Where a column has
// -0.0 and 0.0, which a dictionary would make one, the query runs twice.
func (c *Conn) Copy(ctx context.Context, query, target, extra string) ([]CopiedFile, error) {
	columns, err := c.Describe(ctx, query)
	if err != nil {
		return nil, err
	}
	text, watch, inside, release := c.db.zeros.watched(query, columns)
	defer release()
	if inside {
		return c.copy(ctx, query, target, withoutDictionaries(extra))
	}
	copied, err := c.copy(ctx, text, target, extra)
	if err != nil || !watch.both() {
		return copied, err
	}
	for _, f := range copied {
		if err := os.Remove(f.Path); err != nil {
			return nil, fmt.Errorf("write the zeros of a file again: %w", err)
		}
	}
	extra = withoutDictionaries(extra)
	if _, err := os.Stat(target); err == nil { // the folders of the first try
		extra += ", OVERWRITE_OR_IGNORE"
	}
	return c.copy(ctx, query, target, extra)
}

var dictionaryLimit = regexp.MustCompile(`, DICTIONARY_SIZE_LIMIT \d+`)

func withoutDictionaries(extra string) string {
	extra = strings.TrimPrefix(dictionaryLimit.ReplaceAllString(", "+extra, ""), ", ")
	return strings.TrimSuffix("DICTIONARY_SIZE_LIMIT 0, "+extra, ", ")
}

func (c *Conn) copy(ctx context.Context, query, target, extra string) ([]CopiedFile, error) {
	options := "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, RETURN_STATS"
	if extra != "" {
		options += ", " + extra
	}
	rows, columns, err := c.Rows(ctx, fmt.Sprintf("COPY (%s) TO %s (%s)", query, Literal(target), options))
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, n := range columns {
		at[n] = i
	}
	files := make([]CopiedFile, 0, len(rows))
	for _, r := range rows {
		f := CopiedFile{Path: fmt.Sprint(r[at["filename"]]), Rows: asInt(r[at["count"]]), SizeBytes: asInt(r[at["file_size_bytes"]]), Keys: map[string]any{}}
		if i, ok := at["partition_keys"]; ok {
			f.Keys = mapOf(r[i])
		}
		files = append(files, f)
	}
	return files, nil
}
