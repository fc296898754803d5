package export

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/image/font/sfnt"
)

var errFont = errors.New("not a TrueType font this package can cut")

// subset is the face with only the glyphs of some characters, as WOFF 1.0.
// Glyph ids stay as they are: unused outlines become empty, which the
// compression then swallows, and kerning tables remain valid.
func (f *face) subset(letters []rune) ([]byte, error) {
	tables, err := tablesOf(f.data)
	if err != nil {
		return nil, err
	}
	keep := map[int]bool{0: true}
	var pairs []glyphOf
	var buf sfnt.Buffer // of this call: faces are shared
	for _, r := range letters {
		g, err := f.font.GlyphIndex(&buf, r)
		if err != nil {
			return nil, fmt.Errorf("glyph of %q: %w", r, err)
		}
		if g != 0 {
			keep[int(g)] = true
			pairs = append(pairs, glyphOf{r, g})
		}
	}
	if err := cutOutlines(tables, keep); err != nil {
		return nil, err
	}
	tables["cmap"] = cmapTable(pairs)
	delete(tables, "DSIG")
	return woff(tables), nil
}

type glyphOf struct {
	letter rune
	glyph  sfnt.GlyphIndex
}

// tablesOf splits a TrueType file.
func tablesOf(file []byte) (map[string][]byte, error) {
	if len(file) < 12 || binary.BigEndian.Uint32(file) != 0x00010000 {
		return nil, errFont
	}
	n := int(binary.BigEndian.Uint16(file[4:]))
	if len(file) < 12+16*n {
		return nil, errFont
	}
	tables := map[string][]byte{}
	for i := range n {
		entry := file[12+16*i:]
		at, size := int(binary.BigEndian.Uint32(entry[8:])), int(binary.BigEndian.Uint32(entry[12:]))
		if at+size > len(file) {
			return nil, errFont
		}
		tables[string(entry[:4])] = file[at : at+size]
	}
	for _, need := range []string{"glyf", "loca", "head", "maxp"} {
		if tables[need] == nil {
			return nil, errFont
		}
	}
	return tables, nil
}

// cutOutlines empties every glyph that is not kept nor part of a kept one.
func cutOutlines(tables map[string][]byte, keep map[int]bool) error {
	glyf, loca := tables["glyf"], tables["loca"]
	count := int(binary.BigEndian.Uint16(tables["maxp"][4:]))
	long := binary.BigEndian.Uint16(tables["head"][50:]) == 1
	offset := func(i int) int {
		if long {
			return int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		return 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
	}
	if (long && len(loca) < 4*(count+1)) || (!long && len(loca) < 2*(count+1)) || offset(count) > len(glyf) {
		return errFont
	}
	outline := func(i int) []byte { return glyf[offset(i):offset(i+1)] }
	queue := make([]int, 0, len(keep))
	for g := range keep {
		queue = append(queue, g)
	}
	for len(queue) > 0 {
		g := queue[0]
		queue = queue[1:]
		for _, part := range components(outline(g)) {
			if part < count && !keep[part] {
				keep[part] = true
				queue = append(queue, part)
			}
		}
	}
	var data, index []byte
	for i := range count {
		index = binary.BigEndian.AppendUint32(index, uint32(len(data)))
		if keep[i] {
			data = append(data, outline(i)...)
			for len(data)%4 != 0 {
				data = append(data, 0)
			}
		}
	}
	index = binary.BigEndian.AppendUint32(index, uint32(len(data)))
	head := slices.Clone(tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1)
	tables["glyf"], tables["loca"], tables["head"] = data, index, head
	return nil
}

// components are the glyphs that a composite glyph is made of.
func components(outline []byte) []int {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	const wide, scale, more, scaleXY, matrix = 0x1, 0x8, 0x20, 0x40, 0x80
	var out []int
	for at := 10; at+4 <= len(outline); {
		flags := binary.BigEndian.Uint16(outline[at:])
		out = append(out, int(binary.BigEndian.Uint16(outline[at+2:])))
		at += 6
		if flags&wide != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&scaleXY != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
		if flags&more == 0 {
			break
		}
	}
	return out
}

// cmapTable maps letters to glyphs in format 12, the one that holds any letter.
func cmapTable(pairs []glyphOf) []byte {
	slices.SortFunc(pairs, func(a, b glyphOf) int { return int(a.letter - b.letter) })
	var groups []byte
	n := 0
	for i := 0; i < len(pairs); {
		j := i + 1
		for j < len(pairs) && pairs[j].letter == pairs[j-1].letter+1 && pairs[j].glyph == pairs[j-1].glyph+1 {
			j++
		}
		groups = binary.BigEndian.AppendUint32(groups, uint32(pairs[i].letter))
		groups = binary.BigEndian.AppendUint32(groups, uint32(pairs[j-1].letter))
		groups = binary.BigEndian.AppendUint32(groups, uint32(pairs[i].glyph))
		n++
		i = j
	}
	out := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0} // version, one table: Windows, UCS-4, at 12
	out = binary.BigEndian.AppendUint32(out, uint32(16+len(groups)))
	out = binary.BigEndian.AppendUint32(out, 0)
	out = binary.BigEndian.AppendUint32(out, uint32(n))
	return append(out, groups...)
}

// woff packs tables as WOFF 1.0.
func woff(tables map[string][]byte) []byte {
	tags := make([]string, 0, len(tables))
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	var directory, data []byte
	total := 12 + 16*len(tags)
	for _, tag := range tags {
		table := tables[tag]
		packed := deflated(table)
		directory = append(directory, tag...)
		directory = binary.BigEndian.AppendUint32(directory, uint32(44+20*len(tags)+len(data)))
		directory = binary.BigEndian.AppendUint32(directory, uint32(len(packed)))
		directory = binary.BigEndian.AppendUint32(directory, uint32(len(table)))
		directory = binary.BigEndian.AppendUint32(directory, checksum(tag, table))
		data = append(data, packed...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
		total += (len(table) + 3) &^ 3
	}
	out := binary.BigEndian.AppendUint32(nil, 0x774F4646)
	out = binary.BigEndian.AppendUint32(out, 0x00010000)
	out = binary.BigEndian.AppendUint32(out, uint32(44+len(directory)+len(data)))
	out = binary.BigEndian.AppendUint16(out, uint16(len(tags)))
	out = binary.BigEndian.AppendUint16(out, 0)
	out = binary.BigEndian.AppendUint32(out, uint32(total))
	out = append(out, make([]byte, 24)...) // versions, metadata, private data: none
	return append(append(out, directory...), data...)
}

// deflated is a table compressed, or as it is where that is no shorter.
func deflated(table []byte) []byte {
	var b bytes.Buffer
	z, _ := zlib.NewWriterLevel(&b, zlib.BestCompression) // the level is valid
	_, _ = z.Write(table)                                 // a bytes.Buffer does not fail
	_ = z.Close()
	if b.Len() >= len(table) {
		return table
	}
	return b.Bytes()
}

// checksum of a table; that of head is taken without its own sum.
func checksum(tag string, table []byte) uint32 {
	var sum uint32
	for i := 0; i < len(table); i += 4 {
		if tag == "head" && i == 8 {
			continue
		}
		var word [4]byte
		copy(word[:], table[i:])
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
