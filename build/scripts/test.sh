#!/usr/bin/env bash
# make test, test-short, lint. Usage: test.sh all|short|lint
# Prints the minutes of each stage; the first failure of a stage ends the run
# after the other stages had their turn, so one run shows all that is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .cache
mode=${1:-all}
failed=() took=()
export GOFLAGS=-tags=duckdb_arrow
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
go_engine() { go test -race -timeout 20m ./engine/...; }
go_rest() { go test -timeout 20m . ./app/... ./frontend ./notebooks ./sampledata; }
go_and_page() { # side by side, for the inner loop's sake
  local page
  unit >.cache/page.log 2>&1 &
  page=$!
  go test -short ./... || { wait $page; cat .cache/page.log; return 1; }
  wait $page || { cat .cache/page.log; return 1; }
}
unit() { (cd frontend && npm run --silent test); }
browser() { build/scripts/e2e.sh; }
window() { build/scripts/window.sh; }

case $mode in
short)
  stage "page builds" make --no-print-directory frontend
  stage "go and page" go_and_page
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
  stage "engine, with the race detector, real Paimon and Spark" go_engine
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
