# Shared by scan.sh and test.sh: finds out what this machine lacks and installs it, or says exactly what is missing.
# POSIX sh: Alpine has no bash.

say() { printf '%s\n' "$*" >&2; }
stop() { say "setup: $*"; exit 2; }
have() { command -v "$1" >/dev/null 2>&1; }

# The first package manager that is there.
manager() {
    for name in apt-get dnf yum apk zypper pacman; do
        if have "$name"; then printf '%s' "$name"; return; fi
    done
}

# install PACKAGE...: as root it installs, else it says the very command.
install_packages() {
    case "$(manager)" in
        apt-get) command="env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $*"; refresh="apt-get update -q" ;;
        dnf) command="dnf install -y --enablerepo=*crb* $*"; refresh=true ;;
        yum) command="yum install -y $*"; refresh=true ;;
        apk) command="apk add --no-cache $*"; refresh=true ;;
        zypper) command="zypper --non-interactive install $*"; refresh=true ;;
        pacman) command="pacman -S --noconfirm --needed $*"; refresh=true ;;
        *) stop "no package manager that I know; please install: $*" ;;
    esac
    [ "$(id -u)" = 0 ] || stop "not root; please run as root: $command"
    say "setup: $command"
    # The list of packages may be old or absent on a fresh machine: refresh it only when the first try fails.
    # shellcheck disable=SC2086
    $command >&2 </dev/null || { $refresh >&2 && $command >&2 </dev/null; } || stop "this failed: $command"
}

# name_for DEBIAN RHEL ALPINE OTHER: the package's name on this machine's distribution.
name_for() {
    case "$(manager)" in
        apt-get) printf '%s' "$1" ;;
        dnf | yum) printf '%s' "$2" ;;
        apk) printf '%s' "$3" ;;
        *) printf '%s' "$4" ;;
    esac
}

need_compiler() {
    [ "$(uname -m)" = x86_64 ] || stop "keeneye is built for x86-64 servers only; this is $(uname -m)"
    if ! have cc; then
        # shellcheck disable=SC2046
        install_packages $(name_for "gcc libc6-dev ca-certificates" "gcc glibc-devel glibc-static" "build-base" "gcc")
        return
    fi
    # A static binary needs the C library's static part, which RHEL keeps in a package of its own.
    if have dnf && [ -z "$(find /usr/lib64 /usr/lib -maxdepth 1 -name libc.a 2>/dev/null)" ]; then
        install_packages glibc-static
    fi
}

# The workspace names the oldest Rust that builds it.
rust_wanted() { sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml; }
rust_is_new_enough() {
    have cargo || return 1
    found=$(cargo --version | sed 's/^cargo \([0-9]*\.[0-9]*\).*/\1/')
    [ "$(printf '%s\n%s\n' "$(rust_wanted)" "$found" | sort -t. -k1,1n -k2,2n | head -n 1)" = "$(rust_wanted)" ]
}
need_rust() {
    HOME=${HOME:-/root}
    export HOME
    [ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH" && export PATH
    rust_is_new_enough && return
    if ! have rustup && [ "$(id -u)" = 0 ]; then
        say "setup: no Rust $(rust_wanted) here; asking the distribution"
        # shellcheck disable=SC2046
        (install_packages $(name_for "rustup" "cargo clippy rustfmt" "cargo rust-clippy rustfmt" "rustup")) || true
    fi
    rust_is_new_enough && return
    if have rustup; then
        rustup toolchain install stable --profile minimal --component clippy --component rustfmt >&2 || true
        RUSTUP_TOOLCHAIN=stable
        export RUSTUP_TOOLCHAIN
    fi
    rust_is_new_enough || stop "keeneye needs Rust $(rust_wanted) or newer (found: $(cargo --version 2>/dev/null || echo none)); install it from https://rustup.rs and run this again"
}

# musl hosts (Alpine) build static binaries by themselves; the others name the target that gets the flag.
rust_target() {
    case "$(rustc -vV | sed -n 's/^host: //p')" in
        *-musl) rustc -vV | sed -n 's/^host: //p' ;;
        *) printf 'x86_64-unknown-linux-gnu' ;;
    esac
}
