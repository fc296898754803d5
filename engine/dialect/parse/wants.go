package parse

import "laketop/engine/problem"

// What a statement can need at the cursor, for people.
var (
	aCatalog         = problem.Say("sql.a_catalog")
	aCollation       = problem.Say("sql.a_collation")
	aColumn          = problem.Say("sql.a_column")
	aColumnName      = problem.Say("sql.a_column_name")
	aComment         = problem.Say("sql.a_comment")
	aConstraint      = problem.Say("sql.a_constraint")
	aDatabase        = problem.Say("sql.a_database")
	aFieldAfterDot   = problem.Say("sql.a_field_after_dot")
	aFieldName       = problem.Say("sql.a_field_name")
	aFormat          = problem.Say("sql.a_format")
	aFunction        = problem.Say("sql.a_function")
	aGenerator       = problem.Say("sql.a_generator")
	aName            = problem.Say("sql.a_name")
	aNameAfterDot    = problem.Say("sql.a_name_after_dot")
	aNumber          = problem.Say("sql.a_number")
	aParameter       = problem.Say("sql.a_parameter")
	aPartitionColumn = problem.Say("sql.a_partition_column")
	aPattern         = problem.Say("sql.a_pattern")
	aProcedure       = problem.Say("sql.a_procedure")
	aProperty        = problem.Say("sql.a_property")
	aQuery           = problem.Say("sql.a_query")
	aQuotedComment   = problem.Say("sql.a_quoted_comment")
	aQuotedPath      = problem.Say("sql.a_quoted_path")
	aSetting         = problem.Say("sql.a_setting")
	aString          = problem.Say("sql.a_string")
	aTable           = problem.Say("sql.a_table")
	aTableFunction   = problem.Say("sql.a_table_function")
	aTimeField       = problem.Say("sql.a_time_field")
	aType            = problem.Say("sql.a_type")
	aUnit            = problem.Say("sql.a_unit")
	aUnitTo          = problem.Say("sql.a_unit_to")
	aValue           = problem.Say("sql.a_value")
	aView            = problem.Say("sql.a_view")
	aWindow          = problem.Say("sql.a_window")
	aWithName        = problem.Say("sql.a_with_name")
	anAlias          = problem.Say("sql.an_alias")
	anArgument       = problem.Say("sql.an_argument")
	anExpression     = problem.Say("sql.an_expression")
	anOption         = problem.Say("sql.an_option")
	asType           = problem.Say("sql.as_type")
	bucketsNumber    = problem.Say("sql.buckets_and_number")
	endOfQuery       = problem.Say("sql.the_end_of_query")
	starOrColumns    = problem.Say("sql.star_or_columns")
	wholeHours       = problem.Say("sql.a_number_of_hours")
)

// keyword is a word of SQL that a sentence names.
func keyword(word string) problem.Phrase { return problem.Say("sql.word", "word", word) }

// either is a choice of keywords; most has commas between them.
func either(most, last string) problem.Phrase {
	return problem.Say("sql.either", "most", most, "last", last)
}

// words are SQL as it is written, of a construct that is refused.
func words(sql string) problem.Phrase { return problem.Say("sql.construct", "words", sql) }
