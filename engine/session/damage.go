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
	noFile,
	regexp.MustCompile(`[Nn]o magic bytes found at end of file '([^']+)'`),
	regexp.MustCompile(`File '([^']+)' too small to be a Parquet file`),
}

// noFile are DuckDB's words for a file that is gone.
var noFile = regexp.MustCompile(`No files found that match the pattern "([^"]+)"`)

// lakeFile tells a data file of a table by its place.
var lakeFile = regexp.MustCompile(`/bucket-(\d+|postpone)/[^/]+$`)

// unreadable turns an error over a missing or damaged file into one that names
// the file and says what to do; nil for any other. The place is the old one's.
func (r *running) unreadable(err error) *problem.Error {
	old, ok := problem.As(err)
	if !ok || old.Code != "sql.execution" || old.Cause == nil {
		return nil
	}
	for _, re := range fileErrors {
		g := re.FindStringSubmatch(old.Cause.Error())
		if g == nil {
			continue
		}
		var said string
		if len(g) > 2 {
			said, _, _ = strings.Cut(g[2], ": :")
		}
		p := damaged(g[1], said, re == noFile)
		p.Text, p.Span, p.Dialect = old.Text, old.Span, old.Dialect
		return p.Because(old.Cause)
	}
	return nil
}

// damaged is a file that is gone, or else cannot be understood: as DuckDB said,
// or, where it said nothing more, because the file ends too early.
func damaged(path, said string, gone bool) *problem.Error {
	switch lake := lakeFile.MatchString(path); {
	case gone && lake:
		return problem.New("table.missing_file", "path", path)
	case gone:
		return problem.New("source.unreadable", "path", path).With("what", problem.Say("session.file_gone"))
	case said == "" && lake:
		return problem.New("table.corrupt", "path", path).With("why", problem.Say("session.file_cut"))
	case said == "":
		return problem.New("source.unreadable", "path", path).With("what", problem.Say("session.file_cut"))
	case lake:
		return problem.New("table.corrupt", "path", path, "why", said)
	}
	return problem.New("source.unreadable", "path", path, "what", said)
}
