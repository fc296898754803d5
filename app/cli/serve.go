package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pkg/browser"
	"github.com/spf13/cobra"

	"laketop/app/api"
	"laketop/app/api/gen"
	"laketop/app/workspace"
	"laketop/engine/problem"
)

func (p *Program) serveCommand() *cobra.Command {
	c := &cobra.Command{Use: "serve [DIR]", Short: "Serve the workbench to a browser on this machine", Args: positional(0, 1)}
	listen := c.Flags().String("listen", "127.0.0.1:7080", "loopback address and port; port 0 takes a free one")
	open := c.Flags().Bool("open", false, "open the page in the browser")
	writable := c.Flags().Bool("writable", false, "allow writes to a warehouse without laketop.yaml")
	dev := c.Flags().String("dev-origin", "", "a development server's origin that may ask")
	_ = c.Flags().MarkHidden("dev-origin") // the flag was just made
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, err := folderToServe(args)
		if err != nil {
			return err
		}
		return p.serve(c.Context(), dir, *listen, *dev, *open, *writable)
	}
	return c
}

// folderToServe is DIR, else the workspace around the current folder, else ""
// for the welcome screen.
func folderToServe(args []string) (string, error) {
	if len(args) == 1 {
		return openable(args[0])
	}
	dir, err := workspace.Find("")
	if err != nil || workspace.KindOf(dir) != workspace.KindWorkspace {
		return "", err
	}
	return dir, nil
}

// openable is the folder to open for a path: a notebook opens the workspace
// around it.
func openable(path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", usageError{problem.New("workspace.missing", "path", path)}
	}
	if !st.IsDir() {
		return workspace.Find(filepath.Dir(path))
	}
	return filepath.Abs(path)
}

// documentOf is the page's address of a workspace's notebook or dashboard file,
// "" for any other path.
func documentOf(path, dir string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for _, kind := range []struct{ name, folder, end string }{{"notebook", "notebooks", ".ipynb"}, {"dashboard", "dashboards", ".yaml"}} {
		name, inside := strings.CutPrefix(abs, filepath.Join(dir, kind.folder)+string(filepath.Separator))
		if !inside || filepath.Ext(name) != kind.end {
			continue
		}
		if kind.name == "dashboard" {
			name = strings.TrimSuffix(name, kind.end)
		}
		parts := strings.Split(filepath.ToSlash(name), "/")
		for i := range parts {
			parts[i] = url.PathEscape(parts[i])
		}
		return "#/" + kind.name + "/" + strings.Join(parts, "/")
	}
	return ""
}

func (p *Program) serve(ctx context.Context, dir, listen, dev string, open, writable bool) error {
	if owner, ok := ownerOf(dir); ok {
		fmt.Fprintf(p.Stderr, "%s is open already (process %d)\n", dir, owner.PID)
		return p.announce(owner.URL+"/#token="+owner.Token, open)
	}
	s := api.New(api.Options{Home: p.home, Version: p.Version, Own: true, DevOrigin: dev, Log: slog.New(slog.NewTextHandler(p.Stderr, nil))})
	l, err := s.Listen(listen)
	if err != nil {
		return usageError{err}
	}
	if dir != "" {
		if err := s.OpenFolder(ctx, dir, writable); err != nil {
			return errors.Join(err, l.Close(), s.Close())
		}
	}
	if err := p.announce(s.PageURL(), open); err != nil {
		return errors.Join(err, l.Close(), s.Close())
	}
	err = s.Serve(ctx, l)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, s.Close())
}

func ownerOf(dir string) (workspace.Endpoint, bool) {
	if dir == "" {
		return workspace.Endpoint{}, false
	}
	state, err := workspace.StateDir(dir)
	if err != nil {
		return workspace.Endpoint{}, false
	}
	return workspace.FindOwner(state)
}

func (p *Program) announce(url string, open bool) error {
	if _, err := fmt.Fprintln(p.Stdout, url); err != nil {
		return err
	}
	if open {
		browser.Stdout = p.Stderr
		if err := browser.OpenURL(url); err != nil {
			fmt.Fprintln(p.Stderr, "no browser could be opened:", err)
		}
	}
	return nil
}

// window is `laketop [DIR]`.
func (p *Program) window(c *cobra.Command, args []string) error {
	dir, document := "", ""
	if len(args) == 1 {
		var err error
		if dir, err = openable(args[0]); err != nil {
			return err
		}
		document = documentOf(args[0], dir)
	}
	if owner, ok := ownerOf(dir); ok {
		return p.showOwner(c.Context(), owner, dir, document)
	}
	return p.Window(c.Context(), p.home, dir, document)
}

// showOwner brings the window that has the folder to the front, on the document
// where there is one; a server has none, so its page is named.
func (p *Program) showOwner(ctx context.Context, owner workspace.Endpoint, dir, document string) error {
	b, err := remote(owner, dir)
	if err != nil {
		return err
	}
	if err := decode(nil)(b.client.ShowWindow(ctx, &gen.ShowWindowParams{Document: document})); err == nil {
		return nil
	}
	fmt.Fprintf(p.Stderr, "%s is served already (process %d)\n", dir, owner.PID)
	return p.announce(owner.URL+"/#token="+owner.Token, false)
}

func versionText(version string) string {
	return fmt.Sprintf("laketop %s\nduckdb %s\npaimon table format: schema 3, snapshot 3\n%s %s/%s\n", version, api.DuckDBVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
