// Laketop is a lakehouse on your desk: see `laketop --help`.
package main

import (
	"context"
	"os"

	"laketop/app/cli"
	"laketop/app/window"
	"laketop/app/workspace"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = "dev"

func main() {
	p := &cli.Program{
		Version: version, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Window: func(ctx context.Context, home *workspace.Home, dir, document string) error {
			return window.Run(ctx, version, home, dir, document)
		},
	}
	os.Exit(p.Main(os.Args[1:]))
}
