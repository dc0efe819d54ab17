#!/bin/sh
# Installs what the tests need and runs them all. As root: the acceptance bench makes namespaces and mounts.
set -eu
cd "$(dirname "$0")/.."
. setup/common.sh

[ "$(id -u)" = 0 ] || stop "the tests make namespaces and mounts: run this as root"
need_compiler
need_rust
have debootstrap || install_packages debootstrap
have unshare || install_packages util-linux
have setpriv || install_packages "$(name_for util-linux util-linux setpriv util-linux)"
have ip || install_packages "$(name_for iproute2 iproute iproute2 iproute2)"
have rpmbuild || install_packages "$(name_for rpm rpm-build rpm rpm-build)"
have mkfs.ext4 || install_packages e2fsprogs
have python3 || install_packages python3
# They make journals and databases of logins for the conformance suites.
have journalctl || install_packages systemd
[ -x /lib/systemd/systemd-journal-remote ] || install_packages "$(name_for systemd-journal-remote systemd-journal-remote systemd-journal-remote systemd-journal-remote)"
have sqlite3 || install_packages "$(name_for sqlite3 sqlite sqlite sqlite)"
if ! cargo deny --version >/dev/null 2>&1; then
    say "setup: installing cargo-deny"
    cargo install cargo-deny --version 0.20.2 --locked --target "$(rust_target)" >&2
fi

step() { say ""; say "== $*"; "$@"; }
# The workspace names the gnu target; a musl machine (Alpine) has only its own.
CARGO_BUILD_TARGET=$(rust_target)
export CARGO_BUILD_TARGET
step cargo fmt --all -- --check
# With all that keeneye can do, then as it is built, then as small as it can be built.
FEATURES=keeneye/fetch,keeneye/yara
step cargo clippy --workspace --all-targets --locked --features "$FEATURES" -- --deny warnings
step cargo clippy --package keeneye --locked -- --deny warnings
step cargo clippy --package keeneye --no-default-features --locked -- --deny warnings
step cargo deny check bans licenses sources
step cargo test --workspace --locked --features "$FEATURES"
step env RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked
step cargo xtask docs --check
step cargo xtask conformance
# A fixed seed, so that what failed here fails again there; `cargo xtask bench` alone draws new names, places and ports.
step cargo xtask bench --seed 1
