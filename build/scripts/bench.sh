#!/usr/bin/env bash
# make bench: medians of ratios against a baseline in the same run, and a table of them against their bars.
# docs/benchmarks.md explains each. Usage: bench.sh [PATTERN], such as bench.sh Scan
set -euo pipefail
cd "$(dirname "$0")/../.."
export GOFLAGS=-tags=duckdb_arrow LAKETOP_JUDGES=${LAKETOP_JUDGES:-/opt/laketop-judges}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
make --no-print-directory build >/dev/null
packages=$(grep -rl --include='*_test.go' 'func BenchmarkRatio' engine app | xargs -n1 dirname | sort -u | sed 's,^,./,')
# shellcheck disable=SC2086 # one word a package
go test -run '^$' -bench "Ratio.*${1:-}" -benchtime 1x -timeout 60m $packages | tee "$out"

metric() { # metric BENCHMARK UNIT
  awk -v b="^Benchmark$1(-[0-9]+)?\$" -v u="$2" '$1 ~ b { for (i = 2; i <= NF; i++) if ($i == u) print $(i - 1) }' "$out"
}
row() { # row BENCHMARK UNIT COMPARISON BAR WHAT
  local figure; figure=$(metric "$1" "$2")
  [ -n "$figure" ] || return 0
  printf '%-58s %9s  %-8s %s\n' "$5" "$figure" "${3:+$3 $4}" \
    "$(awk -v f="$figure" -v c="$3" -v b="$4" 'BEGIN { if (c == "<=") print (f <= b ? "reached" : "MISSED"); if (c == ">=") print (f >= b ? "reached" : "MISSED") }')"
}
printf '\n%-58s %9s  %-8s\n' "medians, $(uname -m), $(nproc) cores, $(date +%F)" figure bar
row RatioScan ratio '<=' 1.05 "catalog scan / read_parquet of the same files"
row RatioScan cpu-ratio "" "" "  the same by CPU time"
row RatioETL ratio '<=' 1.5 "whole ETL / DuckDB by hand"
row RatioETL cpu-ratio "" "" "  the same by CPU time"
row RatioSpark x-with-start '>=' 15 "Spark / Laketop, whole ETL, both with their start"
row RatioSpark x-warm '' '' "Spark / Laketop, whole ETL, both warm"
row RatioPeakMemory ratio '<=' 1 "peak memory of the ETL over a million events, GB"
row RatioPlan ratio '<=' 2 "planning 100,000 files cold / their manifests by the Avro library"
row RatioPlan cpu-ratio "" "" "  the same by CPU time"
row RatioCommit ratio '<=' 2 "one commit / its file operations alone"
for key in bigint string two; do
  row RatioRead/$key/wide ratio '<=' 1.3 "primary key $key, a tenth updated: wide / read_parquet"
  row RatioRead/$key/narrow ratio '<=' 1.9 "  narrow"
  row RatioRead/$key/first ratio '<=' 2.5 "  wide, first query after a commit"
  row RatioRead/$key/build ratio '' '' "  narrow, cold, and the overlay built / wide"
done
row RatioRead/bigint/point ratio '<=' 1.5 "  a key looked up"
row RatioRead/bigint/raw ratio '<=' 1.05 "  nothing to merge"
row RatioReadMerged/partial-update/wide ratio '<=' 1.4 "partial-update, a tenth updated: wide / read_parquet"
row RatioReadMerged/partial-update/first ratio '' '' "  wide, first query after a commit"
row RatioReadMerged/aggregation/wide ratio '<=' 1.4 "aggregation, a tenth updated: wide / read_parquet"
row RatioReadMerged/aggregation/first ratio '' '' "  wide, first query after a commit"
for key in bigint string two; do
  row RatioWrite/$key ratio '<=' 2 "primary-key write, key $key / COPY ... ORDER BY"
done
row RatioReadVectors ratio '<=' 1.2 "deletion vectors over a hundredth: wide / read_parquet"
row RatioServe ready-ms '<=' 500 "serve ready, ms"
row RatioWindow painted-ms '<=' 1500 "window painted under Xvfb, ms"
