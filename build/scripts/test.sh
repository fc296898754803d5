#!/usr/bin/env bash
# make test, test-short, lint. Usage: test.sh all|short|lint
# Prints the minutes of each stage; the first failure of a stage ends the run
# after the other stages had their turn, so one run shows all that is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .cache
mode=${1:-all}
failed=() took=()
# -trimpath: a test binary of one clone is that of the next, which finds it in Go's cache.
export GOFLAGS="-tags=duckdb_arrow -trimpath"
# DuckDB is linked into sixteen test binaries; mold does it in half of the time.
link="-s -w"
for linker in mold gold; do
  command -v ld.$linker >/dev/null && link+=" -extldflags=-fuse-ld=$linker" && break
done
export LAKETOP_JUDGES=${LAKETOP_JUDGES:-/opt/laketop-judges}

stage() { # stage NAME COMMAND…
  local name=$1 from=$SECONDS; shift
  printf '\n== %s\n' "$name"
  "$@" || failed+=("$name")
  took+=("$(awk -v s=$((SECONDS - from)) -v n="$name" 'BEGIN { printf "%5.1f min  %s", s/60, n }')")
}

lint_go() {
  local tool=.cache/bin/golangci-lint
  [ -x $tool ] || { echo "golangci-lint is missing: make prepare"; return 1; }
  $tool run ./...
}
lint_page() { (cd frontend && npm run --silent typecheck && npm run --silent lint); }
fresh() { # what is generated and committed equals what the generators give
  build/scripts/gen.sh && git diff --exit-code --stat -- app/api/gen frontend/src docs THIRD_PARTY_NOTICES.md
}
go_race() { go test "-ldflags=$link" -race -short -timeout 20m ./engine/...; } # the long random lists, five times slower under it, run without
go_engine() { go test "-ldflags=$link" -timeout 20m ./engine/...; }
go_paimon2() { # the Java judge of the other tests is Paimon 1; a JVM is one or the other
  LAKETOP_PAIMON=2 go test "-ldflags=$link" -count=1 -timeout 15m -run 'Interchange(Pairs|Refusals)' ./engine/session || return 1
  LAKETOP_PAIMON=2 go test "-ldflags=$link" -count=1 -timeout 15m -run 'Java|Judge|Interop|Interchange' ./engine/paimon
}
go_rest() { go test "-ldflags=$link" -timeout 20m . ./app/... ./frontend ./notebooks ./sampledata; }
go_short() { GOGC=400 go test -short -vet=off "-ldflags=$link" "$@"; } # make lint vets
short() { # the page and what embeds it beside the rest, for the inner loop's sake
  local page status=0
  make --no-print-directory frontend >.cache/page.log 2>&1 &
  page=$!
  go_short ./engine/... ./notebooks ./sampledata || status=1
  wait $page || { cat .cache/page.log; return 1; }
  unit_short >.cache/page.log 2>&1 &
  page=$!
  go_short . ./app/... ./frontend || status=1
  wait $page || { cat .cache/page.log; status=1; }
  return $status
}
unit() { (cd frontend && npm run --silent test -- "$@"); }
unit_short() { # one jsdom for all files: a sixth of the work; make test gives one to each
  unit --pool=threads --no-isolate
}
# A new clone takes its node_modules from the last one with the same lock, as
# hard links, instead of unpacking forty thousand files again.
page_modules() {
  local lock keep have=frontend/node_modules
  lock=$(cat frontend/package-lock.json <(node --version) | sha256sum | cut -c1-16)
  keep=${XDG_CACHE_HOME:-$HOME/.cache}/laketop/node_modules
  if [ ! -e $have ] && [ -d "$keep/$lock" ]; then
    cp -al "$keep/$lock" $have 2>/dev/null || { rm -rf $have && cp -a "$keep/$lock" $have; }
    touch $have/.package-lock.json
  fi
  make --no-print-directory $have/.package-lock.json || return 1
  [ -d "$keep/$lock" ] && return 0
  rm -rf "$keep" && mkdir -p "$keep" && cp -al $have "$keep/$lock.new" 2>/dev/null && rm -rf "$keep/$lock.new"/.vite* && mv "$keep/$lock.new" "$keep/$lock"
  return 0 # no cache is no failure
}
browser() { build/scripts/e2e.sh; }
window() { build/scripts/window.sh; }

case $mode in
short)
  stage "page's modules" page_modules
  stage "go and page" short
  ;;
lint)
  stage "go lint" lint_go
  stage "page lint" lint_page
  ;;
all)
  stage "page builds" make --no-print-directory frontend
  stage "program builds" make --no-print-directory build
  stage "generated files fresh" fresh
  stage "go lint" lint_go
  stage "page lint" lint_page
  stage "page unit tests" unit
  stage "engine, with the race detector" go_race
  stage "engine, real Paimon and Spark" go_engine
  stage "interchange with Paimon 2" go_paimon2
  stage "app, sample, notebooks" go_rest
  stage "browser" browser
  stage "window" window
  ;;
esac
printf '\n'
printf '%s\n' "${took[@]}"
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
echo "all stages passed"
