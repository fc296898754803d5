package workspace

import (
	"bufio"
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// ctxNone is the context of small writes that must not stop half way.
var ctxNone = context.Background()

// fallbackMemory is assumed where the machine does not say.
const fallbackMemory = 8 << 30

// MachineMemory is the memory this process may use in bytes: the machine's, or
// less where a container says so; 0 when it cannot be told.
func MachineMemory() int64 {
	total := memInfo("MemTotal")
	if b, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64); err == nil && (total == 0 || n < total) {
			return n
		}
	}
	return total
}

// FreeMemory is what the machine can still give, in bytes; 0 when unknown.
func FreeMemory() int64 { return memInfo("MemAvailable") }

func memInfo(key string) int64 {
	if runtime.GOOS != "linux" {
		return 0
	}
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, rest, _ := strings.Cut(lines.Text(), ":")
		if name == key {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err == nil {
				return n << 10
			}
		}
	}
	return 0
}

// DefaultMemory is DuckDB's limit until the user sets one: half of the memory,
// since the window's own processes and the page cache want the rest; 512 MB to
// 16 GB.
func DefaultMemory() int64 {
	total := MachineMemory()
	if total == 0 {
		total = fallbackMemory
	}
	return min(max(total/2, 512<<20), 16<<30)
}
