#!/usr/bin/env bash
# The browser suite against the real program: serves a fresh welcome screen and
# drives it with Chromium.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/build/bin/laketop
[ -x "$bin" ] || make --no-print-directory build
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache HOME=$work/home
mkdir -p "$HOME"
"$bin" serve --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
server=$!
for _ in $(seq 100); do
  url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+/[^ ]*' "$work/out" | head -n 1) && [ -n "$url" ] && break
  sleep 0.1
done
[ -n "${url:-}" ] || { cat "$work/out" "$work/err"; exit 1; }
(cd frontend && LAKETOP_URL=$url npm run --silent e2e -- "$@")
# What needs answers that no real engine gives on demand runs against the mock;
# the jump through a million rows is measured on the real one only.
(cd frontend && npm run --silent e2e -- --grep-invert "a jump to any")
