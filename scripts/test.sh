#!/usr/bin/env bash
# Every check and every test, on both engines. This is what CI runs. One profile and one target folder, so
# that everything is built once.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/step.sh

began=$SECONDS
step "What the tests need" scripts/needs.sh test

# Services that somebody started by hand are used and left alone.
if ! scripts/services.sh running; then
    trap 'scripts/services.sh stop' EXIT
fi
step "PostgreSQL and NATS" scripts/services.sh start
set -a
# shellcheck source=/dev/null
source target/services/addresses
set +a

# The program carries the pages, so they are built first.
step "Pages: build" scripts/web.sh build
scripts/check.sh
step "Pages: tests" scripts/web.sh test
step "Rust tests, SQLite" env XIAOER_TEST_ENGINE=sqlite cargo test --locked --no-fail-fast
# The engine matters to the integration tests alone.
step "Rust tests, PostgreSQL" env XIAOER_TEST_ENGINE=postgres cargo test --locked --test it
step "Browser tests" scripts/browser.sh

printf '\nEverything passed in %d s.\n' $((SECONDS - began))
