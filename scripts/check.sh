#!/usr/bin/env bash
# Everything that can be said about the code without running it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/step.sh

step "Rust format" cargo fmt --check
step "Pages: types and lints" scripts/web.sh check
step "Rust lints" cargo clippy --locked --all-targets -- -D warnings
# Documentation that names what no longer exists misleads. Ours is for those who read the code, so it may name
# what is private; command-line help is made from it too, where a plain address is right.
step "Rust documentation" env RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links -A rustdoc::bare_urls" \
    cargo doc --locked --no-deps --document-private-items --quiet
