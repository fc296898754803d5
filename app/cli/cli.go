// Package cli is the command line: what the window does, for scripts.
//
//	laketop [DIR]      init  sample  run  sql  export  serve  doctor  inspect  version
//
// It is a client of the same API as the page. Where a window or a server has
// the workspace open it asks that one; else it opens the workspace in its own
// process and asks the same handlers without a network (bench.go).
//
// Results go to stdout, progress and messages to stderr. Exit codes: 0 done,
// 1 the work failed, 2 the command line was wrong.
//
// To add a command: a file of its name with a function that makes it, listed
// in root, and a script in testdata/script.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"laketop/app/workspace"
	"laketop/engine/problem"
)

// Exit codes.
const (
	Done   = 0
	Failed = 1
	Wrong  = 2
)

// Program is where a command line runs.
type Program struct {
	Version string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	// Window opens the desktop window on a folder, "" for the welcome screen,
	// and there on a document (an address of the page), "" for the usual one.
	Window func(ctx context.Context, home *workspace.Home, dir, document string) error

	home *workspace.Home
}

// usageError is a mistake in the command line itself.
type usageError struct{ error }

// Unwrap gives errors.As what is beneath.
func (u usageError) Unwrap() error { return u.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Main runs a command line and returns its exit code.
func (p *Program) Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if p.home, err = workspace.OpenHome(os.Getenv("LAKETOP_HOME")); err != nil {
		fmt.Fprintln(p.Stderr, "laketop:", err)
		return Failed
	}
	root := p.root()
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	var wrong usageError
	switch {
	case err == nil:
		return Done
	case errors.As(err, &wrong):
		fmt.Fprintf(p.Stderr, "laketop: %v\nRun `laketop --help` for the commands.\n", err)
		return Wrong
	}
	p.report(err)
	return Failed
}

// errTold is a failure that was printed already.
var errTold = errors.New("failed")

// report prints an error with its place, caret and hint, in the user's
// language.
func (p *Program) report(err error) {
	if errors.Is(err, errTold) {
		return
	}
	if e, ok := problem.As(err); ok {
		fmt.Fprintln(p.Stderr, "laketop:", e.Report(p.language()))
		return
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(p.Stderr, "laketop: stopped")
		return
	}
	fmt.Fprintln(p.Stderr, "laketop:", err)
}

func (p *Program) language() string { return p.home.Settings().Language }

func (p *Program) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "laketop [DIR]",
		Short: "A lakehouse on your desk",
		Long: "A lakehouse on your desk: notebooks and dashboards over Apache Paimon tables on your own disk.\n\n" +
			"`laketop DIR` opens the window on a workspace, or on any Paimon warehouse or table folder (read-only).",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          positional(0, 1),
		RunE:          p.window,
	}
	c.SetIn(p.Stdin)
	c.SetOut(p.Stdout)
	c.SetErr(p.Stderr)
	c.CompletionOptions.HiddenDefaultCmd = true
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	c.AddCommand(p.initCommand(), p.sampleCommand(), p.runCommand(), p.sqlCommand(), p.exportCommand(), p.serveCommand(), p.doctorCommand(), p.inspectCommand(), p.versionCommand())
	return c
}

// positional is how many arguments a command takes.
func positional(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usagef("%s: an argument is missing: %s", c.Name(), c.UseLine())
		case len(args) > most:
			return usagef("%s: too many arguments: %s", c.Name(), strings.Join(args[most:], " "))
		}
		return nil
	}
}

// workspaceFlag adds -w; the value is "" for "find it".
func workspaceFlag(c *cobra.Command) *string {
	return c.Flags().StringP("workspace", "w", "", "workspace folder (default: the nearest parent with a laketop.yaml, else the current folder)")
}

// paramFlag adds -p KEY=VALUE.
func paramFlag(c *cobra.Command) *[]string {
	return c.Flags().StringArrayP("param", "p", nil, "KEY=VALUE, may be repeated")
}

func params(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range list {
		k, v, ok := strings.Cut(s, "=")
		if !ok || k == "" {
			return nil, usagef("-p takes KEY=VALUE, not %q", s)
		}
		out[k] = v
	}
	return out, nil
}

func (p *Program) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: positional(0, 0), RunE: func(*cobra.Command, []string) error {
		_, err := fmt.Fprint(p.Stdout, versionText(p.Version))
		return err
	}}
}
