#!/usr/bin/env bash
# Lays the files of a release together in target/release-files, from what `cargo
# xtask dist` has made: bash .github/collect.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(cargo pkgid | sed 's/.*[#@]//')
files=target/release-files
rm -rf "$files"
mkdir -p "$files"

cp "target/dist/dids-get-$version.tar.gz" "$files"
# The components, the program and the lists of what is in them, also by themselves.
tar --extract --gzip --file="$files/dids-get-$version.tar.gz" --directory="$files" \
  --strip-components=1 --wildcards --no-wildcards-match-slash '*/dids_get*.wasm' '*/*.cdx.json' '*/dids-import'
mv "$files/dids-import" "$files/dids-import-$(uname -m)-$(uname -s | tr '[:upper:]' '[:lower:]')"

# What the changelog says of this version, up to the one before.
awk -v head="## [$version]" '
  index($0, "## [") == 1 { inside = index($0, head) == 1; next }
  inside' CHANGELOG.md >"$files/NOTES.md"
test -s "$files/NOTES.md"

(cd "$files" && sha256sum -- *.tar.gz *.wasm *.cdx.json dids-import-* >SHA256SUMS)
ls -l "$files"
