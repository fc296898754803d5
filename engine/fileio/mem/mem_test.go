package mem_test

import (
	"testing"

	"laketop/engine/fileio"
	"laketop/engine/fileio/fileiotest"
	"laketop/engine/fileio/mem"
)

func TestConformance(t *testing.T) {
	fileiotest.Run(t, func(*testing.T) fileio.FileIO { return mem.New() })
}
