package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// isTerminal is whether a person sits at a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// bar is a line of progress that redraws itself; it draws nothing where there
// is no terminal.
type bar struct {
	w     io.Writer
	on    bool
	drawn time.Time
}

func newBar(w io.Writer) *bar { return &bar{w: w, on: isTerminal(w)} }

const (
	barPause = 100 * time.Millisecond
	barWidth = 24
)

// show draws label and share (0..1, negative while unknown).
func (b *bar) show(label string, share float64) {
	if !b.on || time.Since(b.drawn) < barPause {
		return
	}
	b.drawn = time.Now()
	text := label
	if share >= 0 {
		n := min(int(share*barWidth), barWidth)
		text = fmt.Sprintf("%s%s %3.0f%%  %s", strings.Repeat("█", n), strings.Repeat("·", barWidth-n), share*100, label)
	}
	fmt.Fprint(b.w, "\r\033[K"+text)
}

// clear takes the line away.
func (b *bar) clear() {
	if b.on && !b.drawn.IsZero() {
		fmt.Fprint(b.w, "\r\033[K")
	}
}
