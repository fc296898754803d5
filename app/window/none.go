//go:build !(desktop || dev || bindings)

package window

import (
	"context"

	"laketop/app/workspace"
	"laketop/engine/problem"
)

// Run says that this binary has no window.
func Run(_ context.Context, _ string, _ *workspace.Home, dir, _ string) error {
	return problem.New("window.not_built", "dir", dir)
}
