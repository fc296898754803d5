package fn

import (
	"fmt"
	"strings"

	"laketop/engine/datatype"
	"laketop/engine/problem"
)

// hash folds the arguments from the left, each over what came before; NULLs are
// passed over.
func hash(prefix, result string) printFunc {
	return func(c Call) (string, error) {
		text := "CAST(42 AS " + result + ")"
		for _, a := range c.Args {
			var err error
			if text, err = hashOver(c, prefix, a, text, 0); err != nil {
				return "", err
			}
		}
		return text, nil
	}
}

// hashes are what the two families of hash functions give.
var hashes = map[string]datatype.Type{"lt_hash_": tInt, "lt_xx_": tBigInt}

// hashOver is the hash after a, over the hash before it.
func hashOver(c Call, prefix string, a Arg, before string, depth int) (string, error) {
	switch a.Type.Kind {
	case datatype.Array:
		h, x := fmt.Sprintf("lt_h%d", depth), fmt.Sprintf("lt_x%d", depth)
		step, err := hashOver(c, prefix, Arg{SQL: x, Type: *a.Type.Elem}, h, depth+1)
		return "coalesce(" + folded(a, Arg{SQL: before, Type: hashes[prefix]}, h, x, step) + ", " + before + ")", err
	case datatype.Row:
		for _, f := range a.Type.Fields {
			var err error
			if before, err = hashOver(c, prefix, Arg{SQL: "(" + a.SQL + ")." + ident(f.Name), Type: f.Type}, before, depth); err != nil {
				return "", err
			}
		}
		return before, nil
	}
	step, err := hashStep(c, prefix, a)
	if step == "" || err != nil {
		return before, err
	}
	return "coalesce(" + fmt.Sprintf(step, a.SQL, before) + ", " + before + ")", nil
}

// hashStep is the text of one step over a value of a's type, with places for
// the value and for the hash so far.
func hashStep(c Call, prefix string, a Arg) (string, error) {
	switch t := a.Type; t.Kind {
	case datatype.Null:
		return "", nil
	case datatype.Boolean, datatype.TinyInt, datatype.SmallInt, datatype.Int:
		return prefix + "int(CAST(%s AS INTEGER), %s)", nil
	case datatype.Date:
		return prefix + "int(CAST(%s - DATE '1970-01-01' AS INTEGER), %s)", nil
	case datatype.BigInt:
		return prefix + "bigint(%s, %s)", nil
	case datatype.Float:
		return prefix + "float(%s, %s)", nil
	case datatype.Double:
		return prefix + "double(%s, %s)", nil
	case datatype.Timestamp, datatype.TimestampLTZ:
		return prefix + "bigint(epoch_us(%s), %s)", nil
	case datatype.Char, datatype.VarChar:
		return prefix + "text(%s, %s)", nil
	case datatype.Binary, datatype.VarBinary:
		return prefix + "bytes(%s, %s)", nil
	case datatype.Decimal:
		if t.Precision <= 18 {
			return prefix + "bigint(CAST(replace(CAST(%s AS VARCHAR), '.', '') AS BIGINT), %s)", nil
		}
		return prefix + "bytes(lt_unscaled(CAST(%s AS VARCHAR)), %s)", nil
	}
	return "", refuse(problem.Say("sql.function_of", "name", strings.ToLower(c.Name), "type", a.Type.Spark()))
}
