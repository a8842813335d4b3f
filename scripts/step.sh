# shellcheck shell=bash
# Sourced: runs a command under a heading and says how long it took. A step that fails ends the script.

step() {
    local name=$1 began=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    "$@" || {
        local status=$?
        printf '== %s: FAILED after %d s\n' "$name" $((SECONDS - began)) >&2
        exit "$status"
    }
    printf '== %s: %d s\n' "$name" $((SECONDS - began))
}
