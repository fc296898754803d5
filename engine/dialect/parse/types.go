package parse

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/dialect/ast"
	"laketop/engine/dialect/lex"
	"laketop/engine/problem"
)

// plainTypes are the type names that mean the same in every dialect.
var plainTypes = map[string]datatype.Type{
	"BOOLEAN": datatype.Of(datatype.Boolean), "BOOL": datatype.Of(datatype.Boolean),
	"TINYINT": datatype.Of(datatype.TinyInt), "BYTE": datatype.Of(datatype.TinyInt),
	"SMALLINT": datatype.Of(datatype.SmallInt), "SHORT": datatype.Of(datatype.SmallInt),
	"INT": datatype.Of(datatype.Int), "INTEGER": datatype.Of(datatype.Int),
	"BIGINT": datatype.Of(datatype.BigInt), "LONG": datatype.Of(datatype.BigInt),
	"FLOAT": datatype.Of(datatype.Float), "REAL": datatype.Of(datatype.Float), "DOUBLE": datatype.Of(datatype.Double),
	"STRING": datatype.StringType(), "TEXT": datatype.StringType(), "JSON": datatype.StringType(),
	"BYTES": datatype.BytesType(), "DATE": datatype.Of(datatype.Date),
	"DATETIME": datatype.TimestampOf(6), "TIMESTAMP_NTZ": datatype.TimestampOf(6), "TIMESTAMP_LTZ": datatype.LTZOf(6),
	"VOID": datatype.Of(datatype.Null), "VARIANT": datatype.Of(datatype.Variant),
	"BITMAP": datatype.BytesType(), "LARGEINT": datatype.DecimalOf(38, 0), "BLOB": datatype.BytesType(),
}

// typeName parses a type as the dialect writes it.
func (p *parser) typeName() datatype.Type {
	defer p.enter()()
	start := p.here()
	if p.tok().Kind != lex.Word {
		p.unexpected(aType)
		return datatype.Type{}
	}
	word := strings.ToUpper(p.next().Value)
	var t datatype.Type
	switch word {
	case "ARRAY":
		p.expectOp("<")
		t = datatype.ArrayOf(p.typeName())
		p.closeAngle()
	case "MAP":
		p.expectOp("<")
		k := p.typeName()
		p.expectOp(",")
		t = datatype.MapOf(k, p.typeName())
		p.closeAngle()
	case "MULTISET":
		p.expectOp("<")
		t = datatype.MultisetOf(p.typeName())
		p.closeAngle()
	case "STRUCT", "ROW":
		t = p.structType()
	case "INTERVAL":
		t = datatype.Of(datatype.Interval)
		if unitOf(p.tok()) != "" {
			p.next()
			if p.take("TO") {
				p.next()
			}
		}
	default:
		t = p.scalarType(word, start)
	}
	if p.at("COLLATE") {
		p.next()
		p.name(aCollation)
	}
	switch {
	case p.take("NOT", "NULL"):
		t.NotNull = true
	case p.at("NULL"):
		p.next()
	}
	return t
}

// closeAngle takes one > of >, >> or >>>.
func (p *parser) closeAngle() {
	t := &p.toks[p.i]
	switch {
	case isOp(*t, ">>"), isOp(*t, ">>>"):
		toks := append([]lex.Token{}, p.toks...)
		toks[p.i].Value, toks[p.i].Start = t.Value[1:], t.Start+1
		p.toks = toks
	default:
		p.expectOp(">")
	}
}

func (p *parser) structType() datatype.Type {
	closing := ">"
	if p.takeOp("(") {
		closing = ")"
	} else {
		p.expectOp("<")
	}
	var fields []datatype.Field
	for p.err == nil && !p.atOp(">") {
		name := p.name(aFieldName)
		p.takeOp(":")
		f := datatype.NewField(name.Name, p.typeName())
		if p.take("COMMENT") || p.tok().Kind == lex.String {
			f.Description = p.str(aComment)
		}
		fields = append(fields, f)
		if !p.takeOp(",") {
			break
		}
	}
	if closing == ")" {
		p.expectOp(")")
	} else {
		p.closeAngle()
	}
	return datatype.RowOf(fields...)
}

func (p *parser) scalarType(word string, start ast.Span) datatype.Type {
	n := p.typeNumbers()
	arg := func(i, otherwise int) int {
		if i < len(n) {
			return n[i]
		}
		return otherwise
	}
	switch word {
	case "DECIMAL", "DEC", "NUMERIC", "DECIMALV3", "DECIMAL32", "DECIMAL64", "DECIMAL128":
		t := datatype.DecimalOf(arg(0, 10), arg(1, 0))
		if t.Precision < 1 || t.Precision > 38 || t.Scale > t.Precision {
			p.fail(p.from(start), problem.Say("sql.decimal_digits"))
		}
		return t
	case "CHAR", "CHARACTER":
		return datatype.CharOf(arg(0, 1))
	case "VARCHAR":
		return datatype.VarCharOf(arg(0, datatype.MaxLength))
	case "BINARY":
		if p.d == lex.Flink {
			return datatype.BinaryOf(arg(0, 1))
		}
		return datatype.BytesType()
	case "VARBINARY":
		return datatype.VarBinaryOf(arg(0, datatype.MaxLength))
	case "TIME":
		return datatype.TimeOf(arg(0, 0))
	case "TIMESTAMP", "TIMESTAMP_LTZ":
		return p.timestampType(word, arg(0, 6))
	}
	t, ok := plainTypes[word]
	if !ok {
		p.unknownType(word, start)
	}
	if word == "DOUBLE" {
		p.take("PRECISION")
	}
	return t
}

// timestampType: TIMESTAMP is an instant in Spark and a wall clock elsewhere.
func (p *parser) timestampType(word string, digits int) datatype.Type {
	if digits < 0 || digits > 9 {
		p.fail(p.last(), problem.Say("sql.timestamp_digits"))
	}
	local := word == "TIMESTAMP_LTZ" || p.d == lex.Spark
	switch {
	case p.take("WITH", "LOCAL", "TIME", "ZONE"):
		local = true
	case p.take("WITHOUT", "TIME", "ZONE"):
		local = false
	case p.at("WITH", "TIME", "ZONE"):
		p.unsupported(p.here(), words("TIMESTAMP WITH TIME ZONE"), problem.Say("sql.use_local_timestamp"))
	}
	if local {
		return datatype.LTZOf(digits)
	}
	return datatype.TimestampOf(digits)
}

// typeNumbers takes (10) or (10, 2).
func (p *parser) typeNumbers() []int {
	if !p.takeOp("(") {
		return nil
	}
	var out []int
	for p.err == nil {
		n, err := strconv.Atoi(p.tok().Value)
		if p.tok().Kind != lex.Number || err != nil {
			if p.tok().Kind == lex.Op && p.atOp("*") {
				n = datatype.MaxLength
			} else {
				p.unexpected(aNumber)
			}
		}
		p.next()
		out = append(out, n)
		if !p.takeOp(",") {
			break
		}
	}
	p.expectOp(")")
	return out
}

// unknownType reports a word that is no type, with the nearest ones.
func (p *parser) unknownType(word string, at ast.Span) {
	names := append(slices.Sorted(maps.Keys(plainTypes)), "DECIMAL", "CHAR", "VARCHAR", "BINARY", "TIMESTAMP", "ARRAY", "MAP", "STRUCT")
	e := problem.New("sql.unknown_type", "name", word, "dialect", p.d.Title()).At(p.text, at.Start, at.End)
	p.stop(e.Suggest(problem.Nearest(word, names, 3)...))
}
