//go:build desktop || dev || bindings

package window

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	goruntime "runtime"
	"sync"
	"text/template"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"laketop/app/api"
	"laketop/app/workspace"
	"laketop/engine/problem"
	"laketop/frontend"
)

// The window's size when none was kept, and the least that the page is made for.
const (
	startWidth, startHeight = 1280, 800
	leastWidth, leastHeight = 960, 600
)

// app is one run of the window.
type app struct {
	home     *workspace.Home
	dir      string
	document string
	server   *api.Server
	log      *slog.Logger
	// interrupt ends when the system or a terminal asks the program to end.
	interrupt context.Context

	ready chan struct{} // closed when the API listens
	once  sync.Once
	ctx   context.Context // Wails' own; set before ready is closed
	stop  context.CancelFunc
	ended chan error
}

// Run opens the window on a folder, and on one of its documents where document
// is an address of the page, and returns when it is closed. Nothing listens and
// nothing is opened before Wails runs: its own tools run a build of this
// program to learn the bindings.
func Run(ctx context.Context, version string, home *workspace.Home, dir, document string) error {
	if noDisplay() {
		return problem.New("window.no_display", "dir", dir)
	}
	page, err := frontend.Page()
	if err != nil {
		return err
	}
	a := &app{interrupt: ctx, home: home, dir: dir, document: document, ready: make(chan struct{}), ended: make(chan error, 1), log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	a.server = api.New(api.Options{Home: home, Version: version, Window: true, Own: true, Anywhere: true, Log: a.log, ShowWindow: a.show})
	frame := workspace.Frame{Width: startWidth, Height: startHeight}
	if kept := home.Settings().Window; kept != nil {
		frame = *kept
	}
	state := options.Normal
	if frame.Maximised {
		state = options.Maximised
	}
	err = wails.Run(&options.App{
		Title: "Laketop", Width: max(frame.Width, leastWidth), Height: max(frame.Height, leastHeight), MinWidth: leastWidth, MinHeight: leastHeight,
		WindowStartState: state,
		Menu:             systemMenu(),
		AssetServer:      &assetserver.Options{Assets: page, Middleware: a.policy},
		Bind:             []any{&Bridge{app: a}},
		OnStartup:        func(wailsCtx context.Context) { a.start(ctx, wailsCtx) },
		OnBeforeClose:    a.beforeClose,
		LogLevel:         logger.WARNING,
		// Drawing without the GPU was fastest and safest where we measured; a
		// window that stays blank on some drivers is the usual cost of others.
		Linux: &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever, ProgramName: "laketop"},
	})
	return errors.Join(err, a.close())
}

// noDisplay is whether there is nothing to show a window on.
func noDisplay() bool {
	return goruntime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == ""
}

// systemMenu is what macOS needs for copy and paste to work; elsewhere the
// page's own menus are enough.
func systemMenu() *menu.Menu {
	if goruntime.GOOS != "darwin" {
		return nil
	}
	m := menu.NewMenu()
	m.Append(menu.AppMenu())
	m.Append(menu.EditMenu())
	return m
}

// policy gives the page the content policy of the served one; its scripts are
// files of the binary and it asks this run's API only.
func (a *app) policy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-a.ready
		w.Header().Set("Content-Security-Policy", api.WindowPolicy(a.server.URL()))
		next.ServeHTTP(w, r)
	})
}

// start listens and opens the folder; the page waits for ready.
func (a *app) start(ctx, wailsCtx context.Context) {
	a.ctx = wailsCtx
	serve, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	l, err := a.server.Listen("127.0.0.1:0")
	if err != nil {
		a.once.Do(func() { close(a.ready) })
		a.tell(err)
		a.ended <- nil
		return
	}
	go a.serve(serve, l)
	if a.dir != "" {
		if err := a.server.OpenFolder(serve, a.dir, false); err != nil {
			defer a.tell(err)
		}
	}
	a.once.Do(func() { close(a.ready) })
	go func() {
		<-ctx.Done()
		runtime.Quit(wailsCtx)
	}()
}

func (a *app) serve(ctx context.Context, l net.Listener) {
	err := a.server.Serve(ctx, l)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	a.ended <- err
}

// tell shows an error in a native dialog.
func (a *app) tell(err error) {
	text := err.Error()
	if p, ok := problem.As(err); ok {
		text = p.Report(a.home.Settings().Language)
	}
	if _, err := runtime.MessageDialog(a.ctx, runtime.MessageDialogOptions{Type: runtime.ErrorDialog, Title: "Laketop", Message: text}); err != nil {
		a.log.Error("show a message", "error", err.Error())
	}
}

// show brings the window to the front and, where a document is named, has the
// page go there as a link would.
func (a *app) show(document string) {
	<-a.ready
	if document != "" {
		runtime.WindowExecJS(a.ctx, "window.location.hash = '"+template.JSEscapeString(document)+"'")
	}
	runtime.WindowUnminimise(a.ctx)
	runtime.WindowShow(a.ctx)
	runtime.Show(a.ctx)
}

// beforeClose keeps the window's frame and asks when work is running, unless the
// system or a terminal says that it is over; true keeps the window open.
func (a *app) beforeClose(ctx context.Context) bool {
	w, h := runtime.WindowGetSize(ctx)
	frame := &workspace.Frame{Width: w, Height: h, Maximised: runtime.WindowIsMaximised(ctx)}
	if _, err := a.home.Change(func(s *workspace.Settings) { s.Window = frame }); err != nil {
		a.log.Warn("keep the window's size", "error", err.Error())
	}
	return a.interrupt.Err() == nil && a.server.Busy() > 0 && !a.confirmQuit(ctx)
}

func (a *app) confirmQuit(ctx context.Context) bool {
	p := problem.New("window.quit", "jobs", fmt.Sprint(a.server.Busy()))
	lang := a.home.Settings().Language
	answer, err := runtime.MessageDialog(ctx, runtime.MessageDialogOptions{
		Type: runtime.QuestionDialog, Title: "Laketop", Message: p.Message(lang) + "\n" + p.Hint(lang), DefaultButton: "No", Buttons: []string{"Yes", "No"},
	})
	return err != nil || answer == "Yes"
}

// close ends the server after the window is gone.
func (a *app) close() error {
	if a.stop == nil {
		return a.server.Close()
	}
	a.stop()
	return errors.Join(<-a.ended, a.server.Close())
}
