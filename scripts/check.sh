#!/usr/bin/env bash
# Everything that can be said about the code without running it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/step.sh

step "Rust format" cargo fmt --check
step "Pages: types and lints" scripts/web.sh check
step "Rust lints" cargo clippy --locked --all-targets -- -D warnings
# Documentation that names what no longer exists misleads; after clippy this costs a few seconds.
step "Rust documentation" env RUSTDOCFLAGS="-D warnings" \
    cargo doc --locked --no-deps --document-private-items --quiet
