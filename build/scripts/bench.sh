#!/usr/bin/env bash
# make bench: medians of ratios against a baseline in the same run. docs/benchmarks.md explains each.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GOFLAGS=-tags=duckdb_arrow LAKETOP_JUDGES=${LAKETOP_JUDGES:-/opt/laketop-judges}
go test -run '^$' -bench 'Ratio' -benchtime 1x -timeout 60m ./engine/session ./engine/paimon ./app/cli
