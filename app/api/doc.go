// Package api is the one door of a running workbench: the HTTP API of
// openapi.yaml, and the page itself.
//
//	guard.go      who may ask: Host, Origin, token, body limits, headers
//	server.go     what is open, and how it opens and closes
//	listen.go     the loopback server; Local, the same without a network
//	<noun>.go     the handlers of one noun
//	convert.go    the engine's values as the contract's
//
// The window, the browser and the command line are all clients of it: what one
// can do, the others can, and a test of the API is a test of all.
//
// To add an operation: describe it in openapi.yaml, run `go generate ./gen`,
// and write its method in its noun's file.
package api
