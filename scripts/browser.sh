#!/usr/bin/env bash
# Runs tests/browser against a server of its own: the debug build, which `cargo test` has made, on a free port and
# with fresh demo data. The tests find it in XIAOER_URL, and the owner's account in XIAOER_EMAIL and XIAOER_PASSWORD.
set -euo pipefail
cd "$(dirname "$0")/.."

data=$(mktemp -d)
said=$data/said
XIAOER_LISTEN=127.0.0.1:0 XIAOER_DATA_DIR=$data/data target/debug/xiaoer serve >"$said" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" || true; rm -rf "$data"' EXIT

# It greets once it can serve: `shop ADDRESS`, and at the first start `owner EMAIL password PASSWORD`.
greeting() { awk -v word="$1" -v field="$2" '$1 == word { print $field; exit }' "$said"; }
for _ in $(seq 300); do
    if [ -n "$(greeting shop 2)" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
XIAOER_URL=$(greeting shop 2)
XIAOER_EMAIL=$(greeting owner 2)
XIAOER_PASSWORD=$(greeting owner 4)
export XIAOER_URL XIAOER_EMAIL XIAOER_PASSWORD
if [ -z "$XIAOER_URL" ]; then
    echo "The server did not start:" >&2
    cat "$said" >&2
    exit 1
fi

node --test tests/browser/*.test.mjs || {
    echo "The last that the server said:" >&2
    tail -n 50 "$said" >&2
    exit 1
}
