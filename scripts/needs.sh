#!/usr/bin/env bash
# Installs the Debian packages that a command needs and that are missing:
#   scripts/needs.sh build | services | test
# A program that is already on the PATH counts, wherever it came from.
set -euo pipefail
PATH="$PATH:/usr/sbin:/sbin"

has() { command -v "$1" >/dev/null; }

compiler() { has cc; }
postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
nats() { has nats-server; }
browser() { has chromium; }
chinese_fonts() { has fc-list && [ -n "$(fc-list :lang=zh family)" ]; }
traces() { has strace; }
false_clocks() { compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null; }

# What is looked for, and the package that brings it.
build=(compiler:build-essential)
services=(postgres:postgresql nats:nats-server)
tests=(browser:chromium chinese_fonts:fonts-noto-cjk traces:strace false_clocks:libfaketime)

case "${1:-}" in
    build) needs=("${build[@]}") ;;
    services) needs=("${services[@]}") ;;
    test) needs=("${build[@]}" "${services[@]}" "${tests[@]}") ;;
    *) echo "usage: scripts/needs.sh build|services|test" >&2; exit 2 ;;
esac

# Rust and Node.js are the reader's own choice of version, so they are asked for and not installed.
wrong=()
has cargo || wrong+=("Rust is missing (rust-version in Cargo.toml says how new it must be).")
if [ "$1" = test ]; then
    cargo fmt --version >/dev/null 2>&1 || wrong+=("rustfmt is missing: rustup component add rustfmt")
    cargo clippy --version >/dev/null 2>&1 || wrong+=("clippy is missing: rustup component add clippy")
fi
if ! has node || ! has npm; then
    wrong+=("Node.js with npm is missing; 20.19 or newer is needed.")
elif ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
                process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'; then
    wrong+=("Node.js $(node --version) is too old; 20.19 or newer is needed.")
fi
if [ ${#wrong[@]} -gt 0 ]; then
    printf '%s\n' "${wrong[@]}" >&2
    exit 1
fi

missing=()
for need in "${needs[@]}"; do
    "${need%%:*}" || missing+=("${need#*:}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif has sudo; then
    as_root=(sudo)
else
    as_root=()
fi
if [ ${#as_root[@]} -eq 0 ] || ! has apt-get; then
    echo "These packages are missing and cannot be installed from here: ${missing[*]}" >&2
    echo "On Debian, as root: apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
