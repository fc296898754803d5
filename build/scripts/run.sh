#!/usr/bin/env bash
# make run: from a clone to a dashboard. Usage: run.sh DEMO [no]
set -euo pipefail
cd "$(dirname "$0")/../.."
demo=$1 open=${2:-}
started=$SECONDS
step() { printf '\n%s\n' "$*"; }

build/scripts/prepare.sh build
step "Building (about four minutes the first time, seconds after)"
make --no-print-directory build
bin=build/bin/laketop

if [ ! -f "$demo/laketop.yaml" ]; then
  step "Making the demo workspace in $demo"
  "$bin" init "$demo" --sample game
fi
step "Running the ETL: parquet, ODS, DWD, ADS"
"$bin" run "$demo/notebooks/game_etl.ipynb" -w "$demo"
step "Exporting the dashboard"
"$bin" export game -w "$demo" --out "$demo/game.png"
echo "the dashboard: $PWD/$demo/game.png ($((SECONDS - started)) s in all)"
[ "$open" = no ] && exit 0
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then exec "$bin" "$demo"; fi
step "There is no display here; open this address in a browser (Ctrl+C ends it)"
exec "$bin" serve "$demo"
