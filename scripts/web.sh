#!/usr/bin/env bash
# Runs a script of the npm workspace in web/, with what it depends on installed first:
#   scripts/web.sh build | check | test
set -euo pipefail
cd "$(dirname "$0")/../web"

# npm writes this file last, so it is as new as the installation.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    # No scripts of strangers: nothing that we use needs to run one.
    npm ci --ignore-scripts --no-audit --no-fund
fi
exec npm run --silent "$1"
