package export

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// picture is a finished drawing before it takes a format.
type picture struct {
	width, height float64 // of the layout
	body          string  // SVG elements
	about         about
}

// document is the picture as a whole SVG file. A width of 0 leaves the size to
// whoever shows it.
func (p picture) document(css string, width float64) string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`)
	if width > 0 {
		fmt.Fprintf(&b, ` width="%s" height="%s"`, number(width), number(float64(int(p.height*width/p.width+0.5))))
	}
	fmt.Fprintf(&b, ` viewBox="0 0 %s %s">`, number(p.width), number(p.height))
	fmt.Fprintf(&b, "<title>%s</title>", escaped(p.about.Title))
	var facts []string
	for _, q := range p.about.pairs()[1:] {
		facts = append(facts, q[0]+": "+q[1])
	}
	fmt.Fprintf(&b, "<desc>%s</desc>", escaped(strings.Join(facts, "\n")))
	if css != "" {
		b.WriteString("<style>" + css + "</style>")
	}
	b.WriteString(strings.Map(xmlRune, p.body))
	b.WriteString("</svg>\n")
	return b.String()
}

// xmlRune leaves out what no XML file may hold: data may hold anything.
func xmlRune(r rune) rune {
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff || r == 0xfffd {
		return -1
	}
	return r
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}

// withText adds iTXt chunks behind a PNG's header.
func withText(file []byte, pairs [][2]string) []byte {
	const header = 8 + 25 // signature, IHDR
	if len(file) < header {
		return file
	}
	out := append([]byte(nil), file[:header]...)
	for _, p := range pairs {
		body := append([]byte("iTXt"+p[0]), 0, 0, 0, 0, 0)
		body = append(body, p[1]...)
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)-4))
		out = append(out, body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	}
	return append(out, file[header:]...)
}

// pdf sets the raster on one page of the layout's size (96 pixels an inch).
func pdf(p picture, pixels []byte, o Options) ([]byte, error) {
	flat, err := opaque(pixels)
	if err != nil {
		return nil, err
	}
	size := fpdf.SizeType{Wd: p.width * 0.75, Ht: p.height * 0.75}
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: size})
	at := o.RenderedAt
	if at.IsZero() {
		at = time.Unix(0, 0).UTC()
	}
	doc.SetCreationDate(at)
	doc.SetModificationDate(at)
	doc.SetCatalogSort(true)
	doc.SetProducer("Laketop", true)
	doc.SetTitle(p.about.Title, true)
	doc.SetSubject(p.about.Sources, true)
	doc.SetKeywords(p.about.Command, true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPageFormat("P", size)
	doc.RegisterImageOptionsReader("sheet", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(flat))
	doc.ImageOptions("sheet", 0, 0, size.Wd, size.Ht, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}

// opaque writes the pixels without an alpha channel: the sheet has a ground.
func opaque(file []byte) ([]byte, error) {
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("read the raster: %w", err)
	}
	if n, ok := img.(*image.NRGBA); ok {
		img = &image.RGBA{Pix: n.Pix, Stride: n.Stride, Rect: n.Rect}
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := e.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("write the raster: %w", err)
	}
	return b.Bytes(), nil
}
