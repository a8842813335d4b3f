#!/usr/bin/env bash
# Runs tests/browser against a server of its own: the debug build, which `cargo test` has made, on a free port and
# with fresh demo data. The tests find it in XIAOER_URL, and the owner's account in XIAOER_EMAIL and XIAOER_PASSWORD.
set -euo pipefail
cd "$(dirname "$0")/.."

data=$(mktemp -d)
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
                    console.log(s.address().port); s.close(); })')
export XIAOER_URL=http://127.0.0.1:$port

XIAOER_LISTEN=127.0.0.1:$port XIAOER_DATA_DIR=$data/data target/debug/xiaoer serve >"$data/said" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" || true; rm -rf "$data"' EXIT

ready() {
    node -e 'fetch(process.env.XIAOER_URL + "/readyz").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))'
}
for _ in $(seq 150); do
    if ready; then break; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
done
ready || { echo "The server did not start:" >&2; cat "$data/said" >&2; exit 1; }

# Printed once, at the first start.
XIAOER_EMAIL=$(sed -n 's/.*\(owner@[^ ]*\).*/\1/p' "$data/said" | head -n 1)
XIAOER_PASSWORD=$(sed -n 's/.*password[: ]*\([^ ]*\).*/\1/p' "$data/said" | head -n 1)
export XIAOER_EMAIL XIAOER_PASSWORD

node --test --test-timeout=120000 tests/browser/*.test.mjs || {
    echo "What the server said:" >&2
    tail -n 50 "$data/said" >&2
    exit 1
}
