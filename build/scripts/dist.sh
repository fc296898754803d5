#!/usr/bin/env bash
# make dist: dist/laketop_linux_ARCH.tar.gz (window), laketop-headless_… (servers), and a .deb. Usage: dist.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1#v}
arch=$(go env GOARCH)
rm -rf dist && mkdir -p dist/stage
pack() { # pack NAME BINARY
  local dir=dist/stage/$1
  mkdir -p "$dir"
  cp "$2" "$dir/laketop"
  cp README.md LICENSE THIRD_PARTY_NOTICES.md CHANGELOG.md "$dir/"
  cp build/linux/laketop.desktop build/appicon.png "$dir/"
  tar -C dist/stage -czf "dist/$1_linux_$arch.tar.gz" "$1"
}
pack laketop build/bin/laketop
pack laketop-headless build/bin/laketop-headless

root=dist/stage/deb
install -D build/bin/laketop "$root/usr/bin/laketop"
install -Dm644 build/linux/laketop.desktop "$root/usr/share/applications/laketop.desktop"
install -Dm644 build/linux/laketop-mime.xml "$root/usr/share/mime/packages/laketop.xml"
install -Dm644 build/linux/laketop.png "$root/usr/share/icons/hicolor/512x512/apps/laketop.png"
install -Dm644 build/linux/laketop.svg "$root/usr/share/icons/hicolor/scalable/apps/laketop.svg"
install -Dm644 LICENSE "$root/usr/share/doc/laketop/copyright"
install -Dm644 THIRD_PARTY_NOTICES.md "$root/usr/share/doc/laketop/THIRD_PARTY_NOTICES.md"
mkdir -p "$root/DEBIAN"
# Debian wants a version that starts with a digit.
case $version in [0-9]*) deb=$version ;; *) deb=0.1.0+$version ;; esac
sed -e "s/@VERSION@/$deb/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$(du -sk "$root/usr" | cut -f1)/" build/linux/control >"$root/DEBIAN/control"
dpkg-deb --root-owner-group --build "$root" "dist/laketop_${deb}_$arch.deb" >/dev/null
rm -rf dist/stage
(cd dist && sha256sum -- * >checksums.txt)
ls -l dist
