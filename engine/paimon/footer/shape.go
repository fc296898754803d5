package footer

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"

	"github.com/parquet-go/parquet-go"

	"laketop/engine/datatype"
)

// Ids that Paimon gives to the elements of collections, which have none of
// their own: base ± step·id ± depth.
const (
	collectionIDBase = 536870911
	collectionIDStep = 1024
)

// shape is a column or a part of one: how its values lie in parquet's levels.
//
//	kind    parquet                                          children
//	leaf    a column                                         -
//	row     group                                            the fields
//	list    group LIST { repeated list { element } }         the element
//	pairs   group MAP { repeated key_value { key, value } }  key and value
type shape struct {
	name     string
	typ      datatype.Type
	kind     shapeKind
	optional bool
	def      int // definition level of a value that is there
	rep      int // list, pairs: repetition level of a further item
	leaf     int // leaf: index of the column; else the first one inside; -1 absent from the file
	children []*shape

	unit     int64 // leaf: unit of a time in the file that is read
	physical parquet.Kind
}

type shapeKind uint8

const (
	leafShape shapeKind = iota
	rowShape
	listShape
	pairsShape
)

// leaves calls visit for each column inside s.
func (s *shape) leaves(visit func(leaf int)) {
	if s.kind == leafShape {
		visit(s.leaf)
		return
	}
	for _, c := range s.children {
		c.leaves(visit)
	}
}

// parts are the types inside t by their names in a parquet file.
func parts(t datatype.Type) (shapeKind, []datatype.Field, error) {
	switch t.Kind {
	case datatype.Row:
		return rowShape, t.Fields, nil
	case datatype.Array:
		if t.Elem != nil {
			return listShape, []datatype.Field{datatype.NewField("element", *t.Elem)}, nil
		}
	case datatype.Map:
		if t.Key != nil && t.Elem != nil {
			return pairsShape, []datatype.Field{datatype.NewField("key", t.Key.Required()), datatype.NewField("value", *t.Elem)}, nil
		}
	case datatype.Multiset:
		if t.Elem != nil {
			count := datatype.Of(datatype.Int).Required()
			return pairsShape, []datatype.Field{datatype.NewField("key", t.Elem.Required()), datatype.NewField("value", count)}, nil
		}
	}
	return leafShape, nil, fmt.Errorf("type %s has no parts", t)
}

// planner lays out the columns of a file that is written.
type planner struct {
	leaves    int
	path      []string   // to the column that is planned
	unbounded [][]string // columns without statistics
}

// boundless tells the types whose bounds the library gets wrong for Java's
// readers: it passes over NaN, orders long decimals by unsigned bytes, and INT96
// has no order.
func boundless(t datatype.Type) bool {
	switch t.Kind {
	case datatype.Float, datatype.Double:
		return true
	case datatype.Decimal:
		return t.Precision > 18
	case datatype.Timestamp, datatype.TimestampLTZ:
		return t.Precision > 6
	}
	return false
}

// plan is the shape of a field and its parquet node.
func (p *planner) plan(f datatype.Field, id, depth, def, rep int) (*shape, parquet.Node, error) {
	s := &shape{name: f.Name, typ: f.Type, optional: !f.Type.NotNull, def: def, leaf: p.leaves}
	if s.optional {
		s.def++
	}
	p.path = append(p.path, f.Name)
	defer func(n int) { p.path = p.path[:n] }(len(p.path) - 1)
	var node parquet.Node
	var err error
	if f.Type.IsNested() {
		node, err = p.planNested(s, id, depth, rep)
	} else {
		node, err = leafNode(f.Type)
		if err == nil && f.Type.Kind != datatype.Boolean {
			// The library's own choice for text, DELTA_LENGTH_BYTE_ARRAY, is read
			// wrongly by Java where the column has nulls.
			node = parquet.Encoded(node, &parquet.Plain)
		}
		p.leaves++
		if boundless(f.Type) {
			p.unbounded = append(p.unbounded, slices.Clone(p.path))
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("column %s: %w", f.Name, err)
	}
	if s.optional {
		node = parquet.Optional(node)
	}
	return s, parquet.FieldID(node, id), nil
}

func (p *planner) planNested(s *shape, id, depth, rep int) (parquet.Node, error) {
	kind, fields, err := parts(s.typ)
	if err != nil {
		return nil, err
	}
	s.kind = kind
	def, depth := s.def, depth+1
	if kind != rowShape {
		def, rep = def+1, rep+1
		s.rep = rep
		p.path = append(p.path, map[shapeKind]string{listShape: "list", pairsShape: "key_value"}[kind])
	}
	names, nodes := make([]string, len(fields)), make([]parquet.Node, len(fields))
	for i, f := range fields {
		childID, childDepth := f.ID, 0
		switch {
		case kind == pairsShape && i == 0:
			childID, childDepth = collectionIDBase-collectionIDStep*id-depth, depth
		case kind != rowShape:
			childID, childDepth = collectionIDBase+collectionIDStep*id+depth, depth
		}
		parent := id // of a nested collection: ids count from the column
		if kind == rowShape {
			parent = f.ID
		}
		child, node, err := p.plan(f, parent, childDepth, def, rep)
		if err != nil {
			return nil, err
		}
		names[i], nodes[i] = f.Name, parquet.FieldID(node, max(childID, 0))
		s.children = append(s.children, child)
	}
	switch kind {
	case listShape:
		return parquet.List(nodes[0]), nil
	case pairsShape:
		return parquet.Map(nodes[0], nodes[1]), nil
	}
	return group(names, nodes), nil
}

// leafNode is the parquet column of an atomic type, as Java writes it.
func leafNode(t datatype.Type) (parquet.Node, error) {
	switch t.Kind {
	case datatype.Boolean:
		return parquet.Leaf(parquet.BooleanType), nil
	case datatype.TinyInt:
		return parquet.Int(8), nil
	case datatype.SmallInt:
		return parquet.Int(16), nil
	case datatype.Int:
		return parquet.Leaf(parquet.Int32Type), nil
	case datatype.BigInt:
		return parquet.Leaf(parquet.Int64Type), nil
	case datatype.Float:
		return parquet.Leaf(parquet.FloatType), nil
	case datatype.Double:
		return parquet.Leaf(parquet.DoubleType), nil
	case datatype.Decimal:
		return parquet.Decimal(t.Scale, t.Precision, decimalType(t.Precision)), nil
	case datatype.Char, datatype.VarChar:
		return parquet.String(), nil
	case datatype.Binary, datatype.VarBinary:
		return parquet.Leaf(parquet.ByteArrayType), nil
	case datatype.Date:
		return parquet.Date(), nil
	case datatype.Time:
		return parquet.TimeAdjusted(parquet.Millisecond, true), nil
	case datatype.Timestamp, datatype.TimestampLTZ:
		utc := t.Kind == datatype.TimestampLTZ
		switch {
		case t.Precision <= 3:
			return parquet.TimestampAdjusted(parquet.Millisecond, utc), nil
		case t.Precision <= 6:
			return parquet.TimestampAdjusted(parquet.Microsecond, utc), nil
		}
		return parquet.Leaf(parquet.Int96Type), nil
	}
	return nil, t.Check()
}

// decimalType is the physical type of a DECIMAL: the fewest bytes that hold it.
func decimalType(precision int) parquet.Type {
	switch {
	case precision <= 9:
		return parquet.Int32Type
	case precision <= 18:
		return parquet.Int64Type
	}
	return parquet.FixedLenByteArrayType(decimalBytes(precision))
}

// decimalBytes is the size of the smallest two's complement that holds every
// number of so many digits.
func decimalBytes(precision int) int {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	const signBits, byteBits = 1, 8
	return (limit.Sub(limit, big.NewInt(1)).BitLen() + signBits + byteBits - 1) / byteBits
}

// orderedGroup is a group whose fields stand in the order given; the library's
// own sorts them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

func group(names []string, nodes []parquet.Node) parquet.Node {
	g := parquet.Group{}
	for i, n := range names {
		g[n] = nodes[i]
	}
	byName := g.Fields()
	fields := make([]parquet.Field, 0, len(names))
	for _, n := range names {
		i := slices.IndexFunc(byName, func(f parquet.Field) bool { return f.Name() == n })
		fields = append(fields, byName[i])
	}
	return orderedGroup{Group: g, fields: fields}
}

// Fields are the fields in order.
func (g orderedGroup) Fields() []parquet.Field { return g.fields }

// GoType is never used to hold rows here; the library's own refuses names that
// are no struct tags.
func (orderedGroup) GoType() reflect.Type { return reflect.TypeFor[struct{}]() }
