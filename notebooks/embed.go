// Package notebooks holds the documents that Laketop ships: the notebook that
// builds the game demo, and the dashboard that shows it. `laketop init` copies
// them into a workspace, where they are the user's to change.
package notebooks

import "embed"

// FS holds the shipped notebooks at its root and the dashboards below
// dashboards/.
//
//go:embed *.ipynb dashboards/*.yaml
var FS embed.FS
