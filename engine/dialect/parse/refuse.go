package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
)

// refusal is a statement that other engines have and Laketop has not.
type refusal struct {
	words     string // that it begins with
	construct string // "" = words
	instead   string
}

// refusals are tried in order: the longer before the shorter.
var refusals = []refusal{
	{"ALTER VIEW", "", "Use CREATE OR REPLACE VIEW."},
	{"ALTER MATERIALIZED VIEW", "", "Use CREATE OR REPLACE VIEW."},
	{"ALTER", "", "Create the object anew."},
	{"EXECUTE STATEMENT SET", "", "Write the INSERT statements one after the other."},
	{"BEGIN STATEMENT SET", "", "Write the INSERT statements one after the other."},
	{"EXECUTE IMMEDIATE", "", "Write the statement itself; ${name} stands for a parameter."},
	{"BEGIN", "BEGIN", "Every statement is a commit of its own: leave it out."},
	{"COMMIT", "", "Every statement is a commit of its own: leave it out."},
	{"ROLLBACK", "", "Every statement is a commit of its own: leave it out."},
	{"END", "END of a statement set", "Write the INSERT statements one after the other."},
	{"CACHE", "CACHE TABLE", "Data files are cached already: leave it out."},
	{"UNCACHE", "UNCACHE TABLE", "Leave it out."},
	{"CLEAR CACHE", "", "Leave it out."},
	{"REFRESH MATERIALIZED VIEW", "", "Views are computed when they are read."},
	{"REFRESH", "", "The lake is read fresh at every statement: leave it out."},
	{"MSCK", "MSCK REPAIR TABLE", "Partitions are found in the snapshots: leave it out."},
	{"LOAD", "LOAD", "Read the files with parquet.`glob` and INSERT INTO ... SELECT."},
	{"SUBMIT TASK", "", "Run the statement itself."},
	{"EXPORT", "", "Export the result as CSV or Parquet."},
	{"COPY", "", "Export the result as CSV or Parquet; read files with parquet.`glob`."},
	{"GRANT", "", "There are no users here: the folder's permissions count."},
	{"REVOKE", "", "There are no users here: the folder's permissions count."},
	{"KILL", "", "Stop the cell instead."},
	{"ADD JAR", "", "Code from outside does not run here."},
	{"ADD", "ADD", "Code from outside does not run here."},
	{"LIST", "", "SHOW TABLES lists tables."},
	{"DECLARE", "", "${name} stands for a parameter."},
	{"PREPARE", "", "${name} stands for a parameter."},
	{"RESTORE", "", "Read an older snapshot with VERSION AS OF and write it with INSERT OVERWRITE."},
	{"ATTACH", "", "Declare the catalog in laketop.yaml."},
	{"PRAGMA", "", "Use SET for the settings that a session has."},
	{"UNSET", "", "Use RESET."},
	{"REPAIR", "", "Partitions are found in the snapshots: leave it out."},
	{"LOCK", "", "Every statement is a commit of its own: leave it out."},
	{"UNLOCK", "", "Every statement is a commit of its own: leave it out."},
	{"IMPORT", "", "Read the files with parquet.`glob`; Python cells begin with their own magic."},
	{"STOP", "", "Stop the cell instead."},
	{"COMPILE", "", "Use EXPLAIN."},
}

// creations are refused after CREATE, DROP or CREATE OR REPLACE.
var creations = []refusal{
	{"MATERIALIZED VIEW", "", "Use CREATE VIEW, or CREATE TABLE ... AS SELECT run again when the data changes."},
	{"MATERIALIZED TABLE", "", "Use CREATE VIEW, or CREATE TABLE ... AS SELECT run again when the data changes."},
	{"FUNCTION", "", "Functions of your own do not run here; use the functions that are built in."},
	{"AGGREGATE FUNCTION", "", "Functions of your own do not run here; use the functions that are built in."},
	{"SYSTEM FUNCTION", "", "Functions of your own do not run here; use the functions that are built in."},
	{"CATALOG", "", "Declare the catalog in laketop.yaml: its alias then leads any name."},
	{"EXTERNAL CATALOG", "", "Declare the catalog in laketop.yaml: its alias then leads any name."},
	{"INDEX", "", "Files are pruned by their statistics: leave it out."},
	{"BITMAP INDEX", "", "Files are pruned by their statistics: leave it out."},
	{"USER", "", "There are no users here."},
	{"ROLE", "", "There are no users here."},
	{"VARIABLE", "", "${name} stands for a parameter."},
	{"MODEL", "", "Models do not run here."},
	{"PROCEDURE", "", "Write the statements one after the other."},
	{"TRIGGER", "", "Write the statements one after the other."},
	{"ROUTINE", "", "Write the statements one after the other."},
	{"STAGE", "", "Read files with parquet.`glob`."},
	{"RESOURCE", "", "Declare connections in laketop.yaml."},
	{"PIPE", "", "Read files with parquet.`glob` and INSERT INTO ... SELECT."},
	{"STATISTICS", "", "Statistics are kept in every file already: leave it out."},
}

// refuse reports a statement that is known and not run.
func (p *parser) refuse() bool {
	for _, r := range refusals {
		if words := strings.Fields(r.words); p.at(words...) {
			p.refuseBy(r, len(words), p.here(), "")
			return true
		}
	}
	return false
}

// createRefused looks behind CREATE [OR REPLACE] [TEMPORARY] for what is not made here.
func (p *parser) createRefused() bool {
	n := 1
	if isWord(p.ahead(n), "OR") && isWord(p.ahead(n+1), "REPLACE") {
		n += 2
	}
	for isWord(p.ahead(n), "TEMPORARY", "TEMP", "GLOBAL") {
		n++
	}
	i := p.i
	start := p.here()
	p.i = min(p.i+n, len(p.toks)-1)
	for _, r := range creations {
		if words := strings.Fields(r.words); p.at(words...) {
			p.refuseBy(r, len(words), start, "CREATE ")
			return true
		}
	}
	p.i = i
	return false
}

// refuseCreate refuses the object named at the cursor, after CREATE or DROP.
func (p *parser) refuseCreate() bool {
	start := span(p.toks[0])
	verb := strings.ToUpper(p.toks[0].Value) + " "
	for _, r := range creations {
		if words := strings.Fields(r.words); p.at(words...) {
			p.refuseBy(r, len(words), start, verb)
			return true
		}
	}
	return false
}

// refuseBy marks the words from start to the last word of the refusal.
func (p *parser) refuseBy(r refusal, words int, start ast.Span, verb string) {
	construct := r.construct
	if construct == "" {
		construct = verb + r.words
	}
	p.unsupported(start.To(span(p.ahead(words-1))), construct, r.instead)
}
