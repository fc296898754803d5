// Package notebook is the notebook document and its running: nbformat 4.5
// files that come back byte for byte, cells in the languages of the lake, the
// order they run in, and what they showed.
//
//	notebooks/game_etl.ipynb                       the document; belongs in git
//	.laketop/cache/outputs/game_etl.ipynb/<cell>.json   what a cell last showed
//
// # The document
//
// A Document is the file's own JSON tree with every blank and escape kept
// (tree.go). An edit replaces only the values it names, so what other tools
// wrote stays as they wrote it, and opening and saving is no change at all.
//
// A code cell's language stands in its first line (%%spark, %%flink,
// %%starrocks, %%duckdb; %%sql and %sql: the notebook's own), else in its
// metadata, else it is the notebook's. What Laketop itself keeps:
//
//	metadata.laketop            {"dialect": "spark", "parameters": [{"name",
//	                            "type", "default", "value", "label", "choices"}]}
//	cells[].metadata.laketop    {"kind": "parameters", "dialect", "name",
//	                            "view", "chart", "collapsed"}
//
// # Running
//
// A Room holds the open documents of one workspace, runs their cells one after
// the other, stops at the first that fails, and tells every change on the
// workspace's bus.
//
// To add a magic: name it in magics (magic.go) and give it a row in the table
// of TestMagics.
package notebook
