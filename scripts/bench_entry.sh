#!/usr/bin/env bash
# Serves a store with the demo FAQ for the load generator of an end-to-end comparison: durable, on a fresh SQLite file, answering
# with the model at LLM, and without waiting for bursts, because a generated shopper never writes a second line.
#   scripts/bench_entry.sh PORT LLM DB [BURST_MS]
set -euo pipefail
port=$1 llm=$2 db=$3 burst_ms=${4:-0}
here=$(cd "$(dirname "$0")/.." && pwd)
program=${XIAOER:-$here/target/release/xiaoer}
XIAOER_DATA_DIR=$(dirname "$db")
export XIAOER_DATA_DIR XIAOER_DATABASE_URL=$db OPENAI_BASE_URL=$llm XIAOER_LLM_MODEL=mock RUST_LOG=${RUST_LOG:-warn}

"$program" store create demo --industry general --name 小店 >/dev/null
printf '[answer]\nburst_ms = %s\n' "$burst_ms" >"$XIAOER_DATA_DIR/policy.toml"
"$program" import --store demo policy "$XIAOER_DATA_DIR/policy.toml" >/dev/null
"$program" import --store demo faq "$here/src/demo/faq.csv" >/dev/null
exec "$program" serve --listen "127.0.0.1:$port"
