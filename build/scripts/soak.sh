#!/usr/bin/env bash
# make soak: the long lists that CI has no time for. SOAK is how long each fuzzer runs (default 5m).
set -euo pipefail
cd "$(dirname "$0")/../.."
each=${SOAK:-5m}
export GOFLAGS=-tags=duckdb_arrow LAKETOP_SOAK=1
grep -rl '^func Fuzz' --include=*_test.go engine app sampledata | while read -r file; do
  for target in $(grep -oE '^func (Fuzz[A-Za-z0-9_]*)' "$file" | awk '{print $2}'); do
    echo "== $(dirname "$file") $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$each" "./$(dirname "$file")"
  done
done
judges='Java|Judge|Interop|Interchange'
for paimon in 1 2; do # every pair with both releases, and what else the judges are asked
  echo "== judges, Paimon $paimon"
  LAKETOP_PAIMON=$paimon go test -count=1 -timeout 3h -run "$judges" ./engine/session ./engine/filestore ./engine/paimon/...
done
echo "== faults and models"
go test -count=1 -timeout 3h -skip "$judges" ./engine/session ./engine/filestore ./engine/paimon/... ./engine/fileio/...
echo "== what depends on who comes first, again and again"
go test -count=20 -timeout 3h -run 'Killed|Process|Writers' ./engine/paimon/...
