package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/coerce"
	"laketop/engine/problem"
)

func sparkWindow() []Function {
	return list(
		window("row_number", "", "int", "CAST(row_number()$tail AS INTEGER)"),
		window("rank", "", "int", "CAST(rank()$tail AS INTEGER)"),
		window("dense_rank", "", "int", "CAST(dense_rank()$tail AS INTEGER)"),
		window("ntile", "count", "int", "CAST(ntile($1)$tail AS INTEGER)").refusing(constantRefused("count", 0)),
		window("percent_rank", "", "double", "percent_rank()$tail"),
		window("cume_dist", "", "double", "cume_dist()$tail"),
		shifted("lag"), shifted("lead"),
		define("nth_value", Window, "any place boolean?", typed("$1"), func(c Call) (string, error) {
			nulls, err := ignoring(c, 2)
			return "nth_value(" + c.Args[0].SQL + ", " + c.Args[1].SQL + nulls + ")" + c.Tail(), err
		}).refusing(constantRefused("any place", 1)),
	)
}

func window(name, sig, result, template string) Function {
	return define(name, Window, sig, typed(result), filled(template))
}

func shifted(name string) Function {
	return define(name, Window, "any int? any?", typed("$1"), func(c Call) (string, error) {
		nulls := ""
		if c.IgnoreNulls {
			nulls = " IGNORE NULLS"
		}
		return name + "(" + strings.Join(texts(c.Args), ", ") + nulls + ")" + c.Tail(), nil
	}).with(func(args []datatype.Type) []datatype.Type {
		out := make([]datatype.Type, len(args))
		if len(args) > 1 {
			out[1] = tInt
		}
		if len(args) > 2 {
			out[2] = args[0].Nullable()
		}
		return out
	}).refusing(constantRefused("any count any", 1))
}

// constantRefused is what a signature refuses, and argument at where it is no
// constant.
func constantRefused(sig string, at int) func([]Arg) (int, problem.Phrase) {
	words := strings.Fields(sig)
	return func(args []Arg) (int, problem.Phrase) {
		if i, takes := refuses(words, types(args)); i >= 0 {
			return i, takes
		}
		if len(args) > at && !args[at].Fixed {
			return at, problem.Say("sql.a_constant")
		}
		return -1, problem.Phrase{}
	}
}

// ignoring reads IGNORE NULLS or the constant argument i that means it.
func ignoring(c Call, i int) (string, error) {
	skip := c.IgnoreNulls
	if len(c.Args) > i {
		if c.Args[i].Literal == nil {
			return "", wrong(c, problem.Say("sql.last_constant"))
		}
		skip = strings.EqualFold(*c.Args[i].Literal, "true")
	}
	if skip {
		return " IGNORE NULLS", nil
	}
	return "", nil
}

func sparkGenerator() []Function {
	return join(
		generator("explode", "any", explodeRow, explodeRows),
		generator("posexplode", "any", func(c Call) (datatype.Type, error) {
			row, err := explodeRow(c)
			row.Fields = append([]datatype.Field{datatype.NewField("pos", tInt)}, row.Fields...)
			return row, err
		}, posexplodeRows),
		generator("inline", "any", func(c Call) (datatype.Type, error) {
			if e := elementOf(c, 0); e.Kind == datatype.Row {
				return e, nil
			}
			return tUnknown, mismatch(c)
		}, filled("$1")),
		list(define("stack", Generator, "count any any*", stackRow, stackRows).refusing(stackRefused)),
	)
}

// generator defines name and name_outer; OUTER itself is the printer's.
func generator(name, sig string, row resultFunc, rows printFunc) []Function {
	return names(define(name, Generator, sig, row, rows), name+"_outer")
}

func explodeRow(c Call) (datatype.Type, error) {
	switch t := c.Args[0].Type; t.Kind {
	case datatype.Array:
		return datatype.RowOf(datatype.NewField("col", t.Elem.Nullable())), nil
	case datatype.Map:
		return entryOf(t), nil
	}
	return tUnknown, mismatch(c)
}

func explodeRows(c Call) (string, error) {
	if c.Args[0].Type.Kind == datatype.Map {
		return fill("map_entries($1)", c), nil
	}
	return fill("list_transform($1, lambda lt_x: struct_pack(col := lt_x))", c), nil
}

func posexplodeRows(c Call) (string, error) {
	if c.Args[0].Type.Kind == datatype.Map {
		return fill("list_transform(map_entries($1), lambda lt_x, lt_i: struct_pack(pos := CAST(lt_i - 1 AS INTEGER), key := lt_x.key, value := lt_x.value))", c), nil
	}
	return fill("list_transform($1, lambda lt_x, lt_i: struct_pack(pos := CAST(lt_i - 1 AS INTEGER), col := lt_x))", c), nil
}

// stackShape is the number of rows and columns of stack(n, v1, v2, ...).
func stackShape(c Call) (rows, columns int, err error) {
	n, ok := whole(c.Args[0])
	if !ok || n < 1 {
		return 0, 0, wrong(c, problem.Say("sql.rows_constant"))
	}
	return n, (len(c.Args) - 2 + n) / n, nil
}

func stackRow(c Call) (datatype.Type, error) {
	_, columns, err := stackShape(c)
	if err != nil {
		return tUnknown, err
	}
	var fields []datatype.Field
	for i := range columns {
		t := stackType(stackColumn(c, i, columns))
		fields = append(fields, datatype.NewField(fmt.Sprintf("col%d", i), t))
	}
	return datatype.RowOf(fields...), nil
}

// stackType is the one type of a column's values, NULL aside.
func stackType(column []Arg) datatype.Type {
	for _, a := range column {
		if a.Type.Kind != datatype.Null {
			return a.Type.Nullable()
		}
	}
	return tNull
}

// stackRefused: the values of a column are of one type; Spark casts none.
func stackRefused(args []Arg) (int, problem.Phrase) {
	c := Call{Args: args}
	if i, takes := refuses([]string{"count", "any"}, types(args)); i >= 0 {
		return i, takes
	}
	_, columns, err := stackShape(c)
	if err != nil {
		return -1, problem.Phrase{} // Result says what is wrong
	}
	for i, a := range args[1:] {
		want := stackType(stackColumn(c, i%columns, columns))
		if a.Type.Kind != datatype.Null && a.Type.Kind != datatype.Unknown && !coerce.Same(a.Type, want) {
			return i + 1, problem.Say("sql.as_above", "type", want.Spark())
		}
	}
	return -1, problem.Phrase{}
}

func stackColumn(c Call, column, columns int) []Arg {
	var args []Arg
	for i := 1 + column; i < len(c.Args); i += columns {
		args = append(args, c.Args[i])
	}
	return args
}

func stackRows(c Call) (string, error) {
	row, err := stackRow(c)
	if err != nil {
		return "", err
	}
	n, columns, _ := stackShape(c)
	var rows []string
	for r := range n {
		var members []string
		for i, f := range row.Fields {
			value := "NULL"
			if at := 1 + r*columns + i; at < len(c.Args) {
				value = c.Args[at].SQL
			}
			members = append(members, ident(f.Name)+" := "+cast(value, f.Type))
		}
		rows = append(rows, "struct_pack("+strings.Join(members, ", ")+")")
	}
	return "[" + strings.Join(rows, ", ") + "]", nil
}
