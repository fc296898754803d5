#!/usr/bin/env bash
# make bench: medians of ratios against a baseline in the same run, and a table of them against their bars.
# docs/benchmarks.md explains each and holds the table.
#
#   bench.sh [--markdown] [PATTERN]      runs the benchmarks whose names hold PATTERN, such as Scan; without one, all
#   bench.sh [--markdown] --from FILE    the table of what an earlier run kept in FILE; all of one stand in build/bin/bench.txt
#
# --markdown prints the table as docs/benchmarks.md has it. LAKETOP_BENCH_ROWS takes the place of the rows of keyed tables.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GOFLAGS=-tags=duckdb_arrow LAKETOP_JUDGES=${LAKETOP_JUDGES:-/opt/laketop-judges}
markdown='' from='' pattern=''
while [ $# -gt 0 ]; do
  case $1 in
    --markdown) markdown=yes ;;
    --from) from=$2; shift ;;
    *) pattern=$1 ;;
  esac
  shift
done

# run PATTERN ROWS OPTIONS ... runs benchmarks one after the other; ROWS "" leaves each its own.
run() {
  local packages
  packages=$(grep -rl --include='*_test.go' 'func BenchmarkRatio' engine app | xargs -n1 dirname | sort -u | sed 's,^,./,')
  # shellcheck disable=SC2086 # one word a package
  LAKETOP_BENCH_ROWS=${LAKETOP_BENCH_ROWS:-$2} go test -run '^$' -bench "$1" -benchtime 1x -timeout 90m "${@:3}" $packages </dev/null | tee -a "$out" >&2
}

# The narrow query is over ten million rows, the others over five.
measure() {
  make --no-print-directory build >/dev/null
  mkdir -p build/bin
  out=build/bin/bench.txt
  { uname -m; nproc; date +%F; cut -d' ' -f1 /proc/loadavg; } | paste -sd' ' | sed 's/^/# /' >"$out"
  run "Ratio.*$pattern" '' -skip 'RatioRead$/.*/narrow$'
  if [[ RatioRead =~ Ratio.*${pattern%%/*}$ ]] || [ -z "$pattern" ]; then
    run 'RatioRead$/.*/narrow$' 10000000
  fi
  printf '# load at the end %s\n' "$(cut -d' ' -f1 /proc/loadavg)" >>"$out"
}

metric() { # metric BENCHMARK UNIT: the last one measured
  awk -v b="^Benchmark$1(-[0-9]+)?\$" -v u="$2" '$1 ~ b { for (i = 2; i <= NF; i++) if ($i == u) x = $(i - 1) } END { print x }' "$out"
}

# row BENCHMARK UNIT COMPARISON BAR WHAT; a UNIT may have UNIT-min, UNIT-max and, of CPU time, cpu-UNIT beside it.
row() {
  local figure range='' cpu verdict=''
  figure=$(metric "$1" "$2")
  if [ -z "$figure" ]; then
    [ -z "$pattern" ] || return 0
    verdict='not run'
  else
    range=$(metric "$1" "$2-min")
    [ -z "$range" ] || range="$range – $(metric "$1" "$2-max")"
  fi
  cpu=$(metric "$1" "cpu-$2")
  if [ -n "$figure" ] && [ -n "$3" ]; then
    verdict=$(awk -v f="$figure" -v c="$3" -v b="$4" 'BEGIN { print (c == "<=" ? f <= b : f >= b) ? "reached" : "MISSED" }')
  fi
  local bar=''
  [ -z "$3" ] || bar="$([ "$3" = '<=' ] && echo ≤ || echo ≥) $4"
  if [ -n "$markdown" ]; then
    printf '| %s | %s | %s | %s | %s | %s |\n' "$5" "$bar" "$figure" "$range" "$cpu" "$verdict"
  else
    # the shell pads by bytes: ≤ and – have three
    printf '%-66s %-*s %9s  %-*s %7s  %s\n' "$5" $((${bar:+2} + 8)) "$bar" "$figure" $((${range:+2} + 15)) "$range" "$cpu" "$verdict"
  fi
}

table() {
  local head; head=$(sed -n 's/^# //p' "$out" | paste -sd, | sed 's/,/, /')
  if [ -n "$markdown" ]; then
    printf '| what, against what | bar | median | extremes | by CPU time | |\n| --- | --- | --- | --- | --- | --- |\n'
  else
    printf '\n%s\n%-66s %-8s %9s  %-15s %7s\n' "machine, cores, day, load: $head" 'what / against what' bar median extremes 'by CPU'
  fi
  row RatioScan ratio '<=' 1.05 'catalog scan / `read_parquet` of the same files'
  row RatioETL ratio '<=' 1.5 'whole ETL / DuckDB by hand'
  row RatioSpark x-with-start '>=' 15 'Spark with Paimon / Laketop, whole ETL, both with their start'
  row RatioSpark x-warm '' '' 'Spark with Paimon / Laketop, whole ETL, both warm'
  row RatioPeakMemory ratio '<=' 1 'peak memory of the ETL over a million events, GB'
  row RatioPlan ratio '<=' 2 'planning 100,000 files, cold / the Avro library on their manifests'
  row RatioCommit ratio '<=' 2 'one commit / its file operations alone'
  local key
  for key in bigint string two; do
    row "RatioRead/$key/wide" ratio '<=' 1.3 "merge-on-read, key $key: wide / \`read_parquet\` wide"
    row "RatioRead/$key/narrow" ratio '<=' 1.9 "merge-on-read, key $key: narrow / \`read_parquet\` narrow"
    row "RatioRead/$key/first" ratio '<=' 2.5 "merge-on-read, key $key: first query after a commit / wide"
    row "RatioRead/$key/build" ratio '' '' "merge-on-read, key $key: narrow, cold, and the overlay built / wide"
  done
  row RatioRead/bigint/point ratio '<=' 1.5 'merge-on-read: a key looked up / `read_parquet`, the same key'
  row RatioRead/bigint/raw ratio '<=' 1.05 'nothing to merge: wide / `read_parquet`'
  local engine
  for engine in partial-update aggregation; do
    row "RatioReadMerged/$engine/wide" ratio '<=' 1.4 "$engine: wide / \`read_parquet\`"
    row "RatioReadMerged/$engine/first" ratio '' '' "$engine: first query after a commit / \`read_parquet\`"
  done
  row RatioReadVectors ratio '<=' 1.2 'deletion vectors over a hundredth: wide / `read_parquet`'
  for key in bigint string two; do
    row "RatioWrite/$key" ratio '<=' 2 "primary-key write, key $key / \`COPY … ORDER BY\`"
  done
  local breadth
  for breadth in wide narrow; do
    row "RatioJavaWrite/$breadth/alone" x-java '>=' 10 "Paimon Java, one thread / Laketop, primary-key write, $breadth rows"
    row "RatioJavaWrite/$breadth/all" x-java '>=' 10 "Paimon Java, all cores / Laketop, primary-key write, $breadth rows"
    row "RatioJavaWrite/$breadth/all" x-floor '' '' "Paimon Java, all cores / DuckDB's \`COPY … ORDER BY\`, the same $breadth rows"
  done
  for breadth in wide narrow; do
    row "RatioJavaRead/$breadth/alone" x-java '>=' 5 "Paimon Java, one thread / Laketop, merge-on-read, $breadth"
    row "RatioJavaRead/$breadth/warm" x-java '>=' 5 "Paimon Java, all cores / Laketop, merge-on-read, $breadth"
    row "RatioJavaRead/$breadth/warm" x-floor '' '' "Paimon Java, all cores / DuckDB's \`read_parquet\` of the same files, $breadth"
    row "RatioJavaRead/$breadth/first" x-java '' '' "Paimon Java, all cores / Laketop, merge-on-read, $breadth, first query after a commit"
  done
  for key in bigint string two; do
    row "RatioFullCompaction/$key/none" ratio '<=' 2.5 "full compaction, key $key / DuckDB's read and write of the same bytes"
    row "RatioFullCompaction/$key/full-compaction" ratio '' '' "full compaction with its changelog, key $key / the same"
  done
  row RatioLookupWrite ratio '<=' 2.5 'lookup-changelog write / the same write without changelog'
  row RatioServe ready-ms '<=' 500 '`serve` ready, ms'
  row RatioWindow painted-ms '<=' 1500 'window painted under Xvfb, ms'
}

if [ -n "$from" ]; then out=$from; else measure; fi
table
