package duck

import (
	"context"
	"fmt"
)

// CopiedFile is one parquet file that Copy wrote.
type CopiedFile struct {
	Path      string // absolute
	Rows      int64
	SizeBytes int64
	Keys      map[string]any // values of the PARTITION_BY columns, if any
}

// Copy writes query as parquet (zstd) to target and says which files it made.
// extra are further COPY options, such as "PARTITION_BY (p)".
func (c *Conn) Copy(ctx context.Context, query, target, extra string) ([]CopiedFile, error) {
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
