#!/usr/bin/env bash
# Regenerates every committed generated file.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GOFLAGS=-tags=duckdb_arrow
go generate ./app/... ./engine/...
(cd frontend && npm run --silent gen)
go run ./build/notices
