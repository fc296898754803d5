#!/usr/bin/env bash
# The window under Xvfb: painted, asked, ended (app/window). Builds it first.
set -euo pipefail
cd "$(dirname "$0")/../.."
make --no-print-directory build
LAKETOP_WINDOW="$PWD/build/bin/laketop" go test -count=1 -run "TestWindowPaints|TestClosingAsks" -v ./app/window
