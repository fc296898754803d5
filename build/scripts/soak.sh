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
for paimon in 1 2; do # every pair with both releases, and what else the judges are asked
  echo "== interchange with Paimon $paimon"
  LAKETOP_PAIMON=$paimon go test -count=1 -timeout 2h -run 'Interchange' ./engine/session
  LAKETOP_PAIMON=$paimon go test -count=1 -timeout 2h -run 'Java|Judge|Interop|Interchange' ./engine/filestore ./engine/paimon/...
done
# the long lists once, and what is random again and again; the judges' lists are the same each time
others='Java|Judge|Interop|Interchange'
go test -count=1 -timeout 2h -skip "$others" ./engine/paimon/... ./engine/fileio/...
LAKETOP_SOAK='' go test -short -count=20 -timeout 2h -skip "$others" ./engine/paimon/... ./engine/fileio/...
