package dialect

import "laketop/engine/problem"

// tableFunctions may stand in FROM besides the generators.
var tableFunctions = []string{"files", "range", "generate_series", "unnest"}

func nearestTableFunctions(name string) []string { return problem.Nearest(name, tableFunctions, 3) }
