// Package workspace is one open folder of an analyst: its lake, its engine and
// everything that lives as long as they are open.
//
//	laketop.yaml        catalogs, time zone, dialect (config.go)
//	warehouse/          the lake
//	notebooks/ dashboards/ views/<db>/<name>.sql
//	.laketop/           lock, endpoint, cache: can be thrown away
//
// Open finds out what a folder is and starts what it needs; Close ends all of
// it in order: jobs, sessions, DuckDB, files. A warehouse or table folder
// without laketop.yaml opens read-only, and nothing is written into it: its
// state is kept in the user's cache folder.
//
// Beside the open folder stand the things that outlive it: the user's settings
// (Home), the jobs (Jobs) and the events told to every window (Bus).
package workspace
