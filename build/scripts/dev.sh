#!/usr/bin/env bash
# make dev: the program serves the demo, vite rebuilds the page on change. Usage: dev.sh DEMO
set -euo pipefail
cd "$(dirname "$0")/../.."
demo=$1
make --no-print-directory build-headless
bin=build/bin/laketop-headless
[ -f "$demo/laketop.yaml" ] || "$bin" init "$demo" --sample game
trap 'kill 0' EXIT
(cd frontend && npx vite build --watch --clearScreen false) &
LAKETOP_PAGE=frontend/dist "$bin" serve "$demo"
