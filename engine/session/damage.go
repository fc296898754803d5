package session

import (
	"regexp"
	"strings"

	"laketop/engine/problem"
)

// fileErrors are DuckDB's words for a file that it could not read: the path in
// the first group, what is wrong in the second where it stands apart.
var fileErrors = []*regexp.Regexp{
	regexp.MustCompile(`(?:Failed to read|Error while reading) file "([^"]+)": ([^\n]*)`),
	regexp.MustCompile(`No files found that match the pattern "([^"]+)"`),
	regexp.MustCompile(`[Nn]o magic bytes found at end of file '([^']+)'`),
	regexp.MustCompile(`File '([^']+)' too small to be a Parquet file`),
}

// lakeFile tells a data file of a table by its place.
var lakeFile = regexp.MustCompile(`/bucket-(\d+|postpone)/[^/]+$`)

// unreadable turns an error over a missing or damaged file into one that names
// the file and says what to do; nil for any other. The place is the old one's.
func (r *running) unreadable(err error) *problem.Error {
	old, ok := problem.As(err)
	if !ok || old.Code != "sql.execution" || old.Cause == nil {
		return nil
	}
	for i, re := range fileErrors {
		g := re.FindStringSubmatch(old.Cause.Error())
		if g == nil {
			continue
		}
		path, what := g[1], "the file is cut off"
		if len(g) > 2 {
			what, _, _ = strings.Cut(g[2], ": :")
		}
		p := problem.New("source.unreadable", "path", path, "what", what)
		switch lake := lakeFile.MatchString(path); {
		case lake && i == 1:
			p = problem.New("table.missing_file", "path", path)
		case lake:
			p = problem.New("table.corrupt", "path", path, "why", what)
		case i == 1:
			p.Args["what"] = "it is gone"
		}
		p.Text, p.Span, p.Dialect = old.Text, old.Span, old.Dialect
		return p.Because(old.Cause)
	}
	return nil
}
