package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"laketop/app/cli"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

// TestMain lets the scripts call this test binary as `laketop`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"laketop": func() {
		p := &cli.Program{Version: "test", Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Window: func(_ context.Context, _ *workspace.Home, dir, document string) error {
			fmt.Println(document)
			return problem.New("window.no_display", "dir", dir)
		}}
		os.Exit(p.Main(os.Args[1:]))
	}})
}

// TestScripts runs testdata/script: the command line as its users see it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "script"), Setup: func(e *testscript.Env) error {
		e.Setenv("HOME", e.WorkDir)
		e.Setenv("LAKETOP_HOME", filepath.Join(e.WorkDir, ".config"))
		e.Setenv("LANG", "en_US.UTF-8")
		e.Setenv("TZ", "Asia/Shanghai")
		return nil
	}, RequireExplicitExec: true})
}
