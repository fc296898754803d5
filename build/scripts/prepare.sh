#!/usr/bin/env bash
# Installs what this machine lacks. Usage: prepare.sh build|window|test|judges|all
#   build   a C compiler and what the window links to
#   test    Xvfb, Chromium and what the window and browser tests need
#   judges  real Paimon (Java), Spark and pypaimon in $LAKETOP_JUDGES
# Without root or sudo it prints the line to type and exits 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
what=${1:-all}
judges=${LAKETOP_JUDGES:-/opt/laketop-judges}
tools="$PWD/.cache/bin"

build_packages=(gcc libc6-dev pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
test_packages=(xvfb xauth dbus dbus-x11 imagemagick x11-utils xdotool openbox mold chromium fonts-noto-cjk fonts-dejavu-core poppler-utils default-jdk-headless maven python3-venv)

apt_install() {
  local missing=()
  command -v dpkg-query >/dev/null || { echo "not a Debian or Ubuntu machine: install the equivalents of: $*" >&2; return 1; }
  for p in "$@"; do
    case $p in
      gcc) command -v cc >/dev/null && continue ;;
      maven) command -v mvn >/dev/null && continue ;;
      default-jdk-headless) command -v javac >/dev/null && continue ;;
      python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local line="apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ]; then sudo=(); elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=(sudo); else
    echo "Missing system packages. Type this, then run make again:" >&2
    echo "  sudo $line" >&2
    return 1
  fi
  echo "installing: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" ${line/apt-get/apt-get -qq} >/dev/null
}

need() { # need COMMAND MINIMUM VERSION-COMMAND
  local have
  have=$($3 2>/dev/null | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1) || true
  if [ -z "$have" ] || [ "$(printf '%s\n%s\n' "$2" "$have" | sort -V | head -n 1)" != "$2" ]; then
    echo "Laketop is built with $1 $2 or newer; this machine has ${have:-none}." >&2
    return 1
  fi
}

toolchains() { need Go 1.21 "go version" && need Node.js 20.19 "node --version"; }

case $what in
build) toolchains && apt_install "${build_packages[@]}" ;;
test) toolchains && apt_install "${build_packages[@]}" "${test_packages[@]}" ;;
judges) apt_install default-jdk-headless maven python3-venv && LAKETOP_JUDGES=$judges engine/paimon/testdata/interop/install.sh ;;
all)
  "$0" test
  "$0" judges
  mkdir -p "$tools"
  [ -x "$tools/golangci-lint" ] || GOFLAGS= GOBIN=$tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
  ;;
*) sed -n '2,6p' "$0" >&2; exit 2 ;;
esac
