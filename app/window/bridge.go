//go:build desktop || dev || bindings

package window

import (
	"path/filepath"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// Bridge is the only object the page can call: what HTTP cannot do. A dialog
// that was cancelled answers "".
type Bridge struct{ app *app }

// Endpoint is where the API is, and what the page shows first.
type Endpoint struct {
	Base     string `json:"base"`
	Token    string `json:"token"`
	Document string `json:"document,omitempty"` // as in the page's address: #/notebook/a.ipynb; "" for none
}

// Endpoint says where this run's API is and the token it wants.
func (b *Bridge) Endpoint() Endpoint {
	<-b.app.ready
	return Endpoint{Base: b.app.server.URL(), Token: b.app.server.Token(), Document: b.app.document}
}

// OpenFolder asks for a folder.
func (b *Bridge) OpenFolder(title string) (string, error) {
	return runtime.OpenDirectoryDialog(b.app.ctx, runtime.OpenDialogOptions{Title: title, CanCreateDirectories: true})
}

// OpenFile asks for a data file.
func (b *Bridge) OpenFile(title string) (string, error) {
	return runtime.OpenFileDialog(b.app.ctx, runtime.OpenDialogOptions{Title: title, Filters: []runtime.FileFilter{
		{DisplayName: "Parquet, CSV", Pattern: "*.parquet;*.csv;*.tsv;*.csv.gz"}, {DisplayName: "*", Pattern: "*"},
	}})
}

// SaveFile asks where to write a file of that name; POST /files/save writes it.
func (b *Bridge) SaveFile(title, name string) (string, error) {
	return runtime.SaveFileDialog(b.app.ctx, runtime.SaveDialogOptions{Title: title, DefaultFilename: filepath.Base(name), CanCreateDirectories: true})
}
