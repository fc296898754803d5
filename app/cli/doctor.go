package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"laketop/app/workspace"
)

func (p *Program) doctorCommand() *cobra.Command {
	c := &cobra.Command{Use: "doctor", Short: "Check this machine and the lake, and say how to mend what is wrong", Args: positional(0, 0)}
	dir := workspaceFlag(c)
	deep := c.Flags().Bool("deep", false, "read every data file: rows, order and range of keys, the bucket of every row")
	c.RunE = func(c *cobra.Command, _ []string) error {
		found, err := chosen(*dir)
		if err != nil {
			return err
		}
		d := &doctor{Program: p, deep: *deep}
		d.machine(c.Context(), found)
		d.lake(c.Context(), found)
		if d.bad > 0 {
			fmt.Fprintf(p.Stdout, "\n%d %s\n", d.bad, map[bool]string{true: "thing to mend", false: "things to mend"}[d.bad == 1])
			return errTold
		}
		fmt.Fprintln(p.Stdout, "\nall is well")
		return nil
	}
	return c
}

// doctor prints what it finds, one line a check.
type doctor struct {
	*Program
	deep bool
	bad  int
}

func (d *doctor) ok(what, format string, args ...any) {
	fmt.Fprintf(d.Stdout, "ok    %-10s %s\n", what, fmt.Sprintf(format, args...))
}

// note is for what is missing but not needed.
func (d *doctor) note(what, format string, args ...any) {
	fmt.Fprintf(d.Stdout, "note  %-10s %s\n", what, fmt.Sprintf(format, args...))
}

func (d *doctor) wrong(what, problem, mend string) {
	d.bad++
	fmt.Fprintf(d.Stdout, "BAD   %-10s %s\n      %-10s %s\n", what, problem, "", mend)
}

// The least of each that the game demo needs with room to spare.
const (
	leastDisk   = 2 << 30
	leastMemory = 1 << 30
)

func (d *doctor) machine(ctx context.Context, dir string) {
	if free, err := freeDisk(dir); err != nil {
		d.note("disk", "cannot be told: %v", err)
	} else if free < leastDisk {
		d.wrong("disk", fmt.Sprintf("%s free at %s", size(free), dir), "free some space: results spill to disk and every write keeps the old files until they expire")
	} else {
		d.ok("disk", "%s free at %s", size(free), dir)
	}
	total, free := workspace.MachineMemory(), workspace.FreeMemory()
	switch {
	case total == 0:
		d.note("memory", "cannot be told on %s", runtime.GOOS)
	case free > 0 && free < leastMemory:
		d.wrong("memory", fmt.Sprintf("%s of %s free", size(free), size(total)), "close other programs, or set a lower `memory:` in laketop.yaml")
	default:
		d.ok("memory", "%s of %s free; DuckDB may take %s", size(free), size(total), size(d.home.Settings().MemoryBytes))
	}
	d.temp()
	d.fonts(ctx)
	d.display()
}

func (d *doctor) temp() {
	f, err := os.CreateTemp("", "laketop-doctor-*")
	if err != nil {
		d.wrong("temp", err.Error(), "make "+os.TempDir()+" writable, or point TMPDIR at a folder that is")
		return
	}
	err = errors.Join(f.Close(), os.Remove(f.Name()))
	if err != nil {
		d.wrong("temp", err.Error(), "check the permissions of "+os.TempDir())
		return
	}
	if free, err := freeDisk(os.TempDir()); err == nil && free < leastDisk {
		d.wrong("temp", fmt.Sprintf("%s free at %s", size(free), os.TempDir()), "point TMPDIR at a larger disk: queries that do not fit into memory spill there")
		return
	}
	d.ok("temp", "%s", os.TempDir())
}

// fontTime is how long the font list may take.
const fontTime = 5 * time.Second

// fonts looks for Chinese glyphs for the window; pictures bring their own.
func (d *doctor) fonts(ctx context.Context) {
	if runtime.GOOS != "linux" {
		d.ok("fonts", "the system's")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, fontTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, "fc-list", ":lang=zh", "family").Output()
	switch {
	case err != nil:
		d.note("fonts", "fc-list is not here, so the window's fonts cannot be told; exported pictures bring their own")
	case len(strings.TrimSpace(string(out))) == 0:
		d.note("fonts", "no Chinese font for the window (apt install fonts-noto-cjk); exported pictures bring their own")
	default:
		family, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		d.ok("fonts", "%s", family)
	}
}

func (d *doctor) display() {
	if runtime.GOOS != "linux" {
		return
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		d.note("window", "no display here; use `laketop serve`")
		return
	}
	for _, dir := range []string{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"} {
		if found, err := filepath.Glob(filepath.Join(dir, "libwebkit2gtk-4.1.so*")); err == nil && len(found) > 0 {
			d.ok("window", "display and WebKitGTK 4.1")
			return
		}
	}
	d.note("window", "WebKitGTK 4.1 is not installed (apt install libwebkit2gtk-4.1-0); `laketop serve` works without")
}

func (d *doctor) lake(ctx context.Context, dir string) {
	kind := workspace.KindOf(dir)
	if kind == workspace.KindFolder {
		d.note("workspace", "%s is none; make one with: laketop init %s", dir, dir)
		return
	}
	bus := &workspace.Bus{}
	ws, err := workspace.Open(ctx, dir, workspace.Options{Bus: bus, Jobs: workspace.NewJobs(bus, time.Now)})
	if err != nil {
		d.wrong("workspace", oneLine(err), "mend laketop.yaml; `laketop init` in an empty folder writes a good one")
		return
	}
	defer func() { _ = ws.Close() }() // it was only read
	d.ok(string(kind), "%s, time zone %s", ws.Dir, ws.TimeZone())
	done, found, err := ws.Check(ctx, d.deep)
	if err != nil {
		d.wrong("lake", oneLine(err), "check that the warehouse folder is there and readable")
		return
	}
	for _, f := range found {
		d.wrong("lake", f.Where+": "+f.What, f.Mend)
	}
	switch {
	case len(found) > 0:
	case d.deep:
		d.ok("lake", "%d tables, %d snapshots, %d files: all there, %d rows read and in order", done.Tables, done.Snapshots, done.Files, done.Rows)
	default:
		d.ok("lake", "%d tables, %d snapshots, %d files: all there", done.Tables, done.Snapshots, done.Files)
	}
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// size writes bytes in the largest unit that leaves a whole part.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if v < 10 && i > 0 {
		return fmt.Sprintf("%.1f %s", v, units[i])
	}
	return fmt.Sprintf("%.0f %s", v, units[i])
}
