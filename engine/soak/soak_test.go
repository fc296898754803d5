package soak_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"laketop/engine/soak"
)

func TestSeeds(t *testing.T) {
	t.Setenv("LAKETOP_SOAK", "")
	t.Setenv("LAKETOP_SEED", "")
	require.Equal(t, []uint64{1, 2, 3}, slices.Collect(soak.Seeds(t, 3)), "the same each time")
	t.Setenv("LAKETOP_SEED", "8")
	require.Equal(t, []uint64{8}, slices.Collect(soak.Seeds(t, 3)), "the one that is asked for")
	require.Equal(t, uint64(8), soak.Seed(t))
	t.Setenv("LAKETOP_SOAK", "1")
	require.Equal(t, uint64(8), soak.Seed(t))
	t.Setenv("LAKETOP_SEED", "")
	require.Len(t, slices.Collect(soak.Seeds(t, 3)), 3)
	require.NotEqual(t, soak.Seed(t), soak.Seed(t), "others each time")
}

func TestPick(t *testing.T) {
	t.Setenv("LAKETOP_SOAK", "")
	require.Equal(t, map[bool]int{true: 1, false: 2}[testing.Short()], soak.Pick(1, 2, 3))
	t.Setenv("LAKETOP_SOAK", "1")
	require.Equal(t, map[bool]int{true: 1, false: 3}[testing.Short()], soak.Pick(1, 2, 3))
}
