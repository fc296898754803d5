// Package binaryrow is the byte form of small rows in Paimon's metadata:
// partitions, keys, and the smallest and largest values of columns.
package binaryrow

// Empty is the row without fields: arity 0, then one empty word of null bits.
func Empty() []byte { return make([]byte, 12) }
