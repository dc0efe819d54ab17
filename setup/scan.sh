#!/bin/sh
# Builds keeneye and runs it on this machine; installs what the build needs first. Arguments go to `keeneye`:
#   sh setup/scan.sh                    keeneye scan
#   sh setup/scan.sh scan --quick       anything else
set -eu
cd "$(dirname "$0")/.."
. setup/common.sh

need_compiler
need_rust
target=$(rust_target)
say "setup: building keeneye (about two minutes the first time)"
cargo build --release --locked --package keeneye --target "$target" >&2
binary="${CARGO_TARGET_DIR:-target}/$target/release/keeneye"
say "setup: the program is $binary; copy it anywhere, it needs nothing else"
[ $# -gt 0 ] || set -- scan
exec "$binary" "$@"
