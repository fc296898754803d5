// Package window is the desktop window: Wails around the same page and the
// same API that `laketop serve` gives a browser.
//
//	page    the binary's files, on the window's own scheme
//	API     http://127.0.0.1:<free port> with this run's token
//	Bridge  the native dialogs; nothing else of the product passes through it
//
// The window is behind the build tag desktop: a binary that links WebKit does
// not start where WebKit is missing, so servers get one without (none.go).
// This is the only importer of Wails.
package window
