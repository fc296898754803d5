// Package gen is the API contract (app/api/openapi.yaml) as Go: the types, the
// handlers' interface and the client that the command line uses. It is
// generated; `make gen` fails when it is not fresh.
package gen

//go:generate go tool oapi-codegen -config config.yaml ../openapi.yaml
