package parse

import (
	"strings"

	"laketop/engine/dialect/ast"
	"laketop/engine/problem"
)

// refusal is a statement that other engines have and Laketop has not.
type refusal struct {
	words     string         // that it begins with
	construct problem.Phrase // none: the words
	instead   problem.Phrase
}

// refusals are tried in order: the longer before the shorter.
var refusals = []refusal{
	{words: "ALTER VIEW", instead: problem.Say("sql.use_replace_view")},
	{words: "ALTER MATERIALIZED VIEW", instead: problem.Say("sql.use_replace_view")},
	{words: "ALTER", instead: problem.Say("sql.use_new_object")},
	{words: "EXECUTE STATEMENT SET", instead: problem.Say("sql.use_inserts")},
	{words: "BEGIN STATEMENT SET", instead: problem.Say("sql.use_inserts")},
	{words: "EXECUTE IMMEDIATE", instead: problem.Say("sql.use_statement_with_parameter", "parameter", "${name}")},
	{words: "BEGIN", construct: words("BEGIN"), instead: problem.Say("sql.use_no_transaction")},
	{words: "COMMIT", instead: problem.Say("sql.use_no_transaction")},
	{words: "ROLLBACK", instead: problem.Say("sql.use_no_transaction")},
	{words: "END", construct: problem.Say("sql.end_of_set"), instead: problem.Say("sql.use_inserts")},
	{words: "CACHE", construct: words("CACHE TABLE"), instead: problem.Say("sql.use_no_cache")},
	{words: "UNCACHE", construct: words("UNCACHE TABLE"), instead: problem.Say("sql.use_nothing")},
	{words: "CLEAR CACHE", instead: problem.Say("sql.use_nothing")},
	{words: "REFRESH MATERIALIZED VIEW", instead: problem.Say("sql.use_no_refresh")},
	{words: "REFRESH", instead: problem.Say("sql.use_fresh_lake")},
	{words: "MSCK", construct: words("MSCK REPAIR TABLE"), instead: problem.Say("sql.use_snapshots")},
	{words: "LOAD", construct: words("LOAD"), instead: problem.Say("sql.use_files_insert")},
	{words: "SUBMIT TASK", instead: problem.Say("sql.use_statement")},
	{words: "EXPORT", instead: problem.Say("sql.use_export")},
	{words: "COPY", instead: problem.Say("sql.use_export_and_files")},
	{words: "GRANT", instead: problem.Say("sql.use_permissions")},
	{words: "REVOKE", instead: problem.Say("sql.use_permissions")},
	{words: "KILL", instead: problem.Say("sql.use_stop")},
	{words: "ADD JAR", instead: problem.Say("sql.use_no_code")},
	{words: "ADD", construct: words("ADD"), instead: problem.Say("sql.use_no_code")},
	{words: "LIST", instead: problem.Say("sql.use_show_tables")},
	{words: "DECLARE", instead: problem.Say("sql.use_parameter", "parameter", "${name}")},
	{words: "PREPARE", instead: problem.Say("sql.use_parameter", "parameter", "${name}")},
	{words: "RESTORE", instead: problem.Say("sql.use_version")},
	{words: "ATTACH", instead: problem.Say("sql.use_declaration")},
	{words: "PRAGMA", instead: problem.Say("sql.use_set")},
	{words: "UNSET", instead: problem.Say("sql.use_reset")},
	{words: "REPAIR", instead: problem.Say("sql.use_snapshots")},
	{words: "LOCK", instead: problem.Say("sql.use_no_transaction")},
	{words: "UNLOCK", instead: problem.Say("sql.use_no_transaction")},
	{words: "IMPORT", instead: problem.Say("sql.use_files_or_magic")},
	{words: "STOP", instead: problem.Say("sql.use_stop")},
	{words: "COMPILE", instead: problem.Say("sql.use_explain")},
}

// creations are refused after CREATE, DROP or CREATE OR REPLACE.
var creations = []refusal{
	{words: "MATERIALIZED VIEW", instead: problem.Say("sql.use_view_or_ctas")},
	{words: "MATERIALIZED TABLE", instead: problem.Say("sql.use_view_or_ctas")},
	{words: "FUNCTION", instead: problem.Say("sql.use_built_in")},
	{words: "AGGREGATE FUNCTION", instead: problem.Say("sql.use_built_in")},
	{words: "SYSTEM FUNCTION", instead: problem.Say("sql.use_built_in")},
	{words: "CATALOG", instead: problem.Say("sql.use_catalog_alias")},
	{words: "EXTERNAL CATALOG", instead: problem.Say("sql.use_catalog_alias")},
	{words: "INDEX", instead: problem.Say("sql.use_no_index")},
	{words: "BITMAP INDEX", instead: problem.Say("sql.use_no_index")},
	{words: "USER", instead: problem.Say("sql.use_no_users")},
	{words: "ROLE", instead: problem.Say("sql.use_no_users")},
	{words: "VARIABLE", instead: problem.Say("sql.use_parameter", "parameter", "${name}")},
	{words: "MODEL", instead: problem.Say("sql.use_no_models")},
	{words: "PROCEDURE", instead: problem.Say("sql.use_statements")},
	{words: "TRIGGER", instead: problem.Say("sql.use_statements")},
	{words: "ROUTINE", instead: problem.Say("sql.use_statements")},
	{words: "STAGE", instead: problem.Say("sql.use_files")},
	{words: "RESOURCE", instead: problem.Say("sql.use_connections")},
	{words: "PIPE", instead: problem.Say("sql.use_files_pipe")},
	{words: "STATISTICS", instead: problem.Say("sql.use_file_statistics")},
}

// refuse reports a statement that is known and not run.
func (p *parser) refuse() bool {
	return p.refuseAmong(refusals, p.here(), "")
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
	if p.refuseAmong(creations, start, "CREATE ") {
		return true
	}
	p.i = i
	return false
}

// refuseCreate refuses the object named at the cursor, after CREATE or DROP.
func (p *parser) refuseCreate() bool {
	return p.refuseAmong(creations, span(p.toks[0]), strings.ToUpper(p.toks[0].Value)+" ")
}

// refuseAmong refuses what stands at the cursor if it is one of list; the caret
// marks the words from start to the last of the refusal.
func (p *parser) refuseAmong(list []refusal, start ast.Span, verb string) bool {
	for _, r := range list {
		its := strings.Fields(r.words)
		if !p.at(its...) {
			continue
		}
		construct := r.construct
		if construct.Code == "" {
			construct = words(verb + r.words)
		}
		p.unsupported(start.To(span(p.ahead(len(its)-1))), construct, r.instead)
		return true
	}
	return false
}
