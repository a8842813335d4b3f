#!/usr/bin/env bash
# A PostgreSQL and a NATS server of our own, for the tests:
#   scripts/services.sh start    starts them if they do not run, and prints TEST_POSTGRES_URL= and TEST_NATS_URL=
#   scripts/services.sh stop     stops them and removes what they wrote
#   scripts/services.sh running  succeeds if they run
# They listen on free ports of this machine alone and write under target/services.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin"

here=$PWD/target/services
addresses=$here/addresses  # Written last: it is there exactly while both run.

# PostgreSQL refuses to run as root.
unprivileged() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    else
        (cd / && runuser -u "$(postgres_user)" -- "$@")
    fi
}

postgres_user() {
    if id -u postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# Debian keeps the server's programs off the PATH.
postgres_program() {
    command -v "$1" || compgen -G "/usr/lib/postgresql/*/bin/$1" | sort -V | tail -n 1
}

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
                 console.log(s.address().port); s.close(); })'
}

# Where PostgreSQL keeps its data: target/services/pg, unless its user may not enter there.
choose_data_folder() {
    mkdir -p "$here/pg"
    if [ "$(id -u)" = 0 ]; then chown "$(postgres_user)" "$here/pg"; fi
    if unprivileged test -w "$here/pg"; then
        echo "$here/pg" >"$here/pg-folder"
    else
        unprivileged mktemp -d /tmp/xiaoer-services.XXXXXX >"$here/pg-folder"
    fi
}

start_postgres() {
    choose_data_folder
    local folder port
    folder=$(cat "$here/pg-folder")
    port=$(free_port)
    # Without a password: the server is reachable from this machine alone and holds made-up data.
    unprivileged "$(postgres_program initdb)" -D "$folder/data" -U postgres --auth=trust \
        --encoding=UTF8 --no-locale --no-instructions >"$here/initdb.log"
    # Durability stays as PostgreSQL ships it, because the tests rely on it and assert it: fsync,
    # synchronous_commit and full_page_writes are on. Each test has its own database, hence the many connections.
    # No Unix socket: its path may have 107 bytes, and a checkout's may have more.
    cat <<END | unprivileged tee -a "$folder/data/postgresql.conf" >/dev/null
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 300
fsync = on
synchronous_commit = on
full_page_writes = on
END
    unprivileged "$(postgres_program pg_ctl)" -D "$folder/data" -w -l "$folder/data/server.log" start >/dev/null
    echo "TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres"
}

start_nats() {
    local port
    port=$(free_port)
    nohup nats-server -a 127.0.0.1 -p "$port" -P "$here/nats.pid" -l "$here/nats.log" >/dev/null 2>&1 </dev/null &
    for _ in $(seq 100); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "TEST_NATS_URL=nats://127.0.0.1:$port"
            return
        fi
        sleep 0.1
    done
    echo "The NATS server did not start; see $here/nats.log" >&2
    return 1
}

running() {
    [ -f "$addresses" ] && [ -f "$here/pg-folder" ] && kill -0 "$(cat "$here/nats.pid" 2>/dev/null)" 2>/dev/null &&
        unprivileged "$(postgres_program pg_ctl)" -D "$(cat "$here/pg-folder")/data" status >/dev/null 2>&1
}

stop() {
    if [ -f "$here/pg-folder" ]; then
        local folder
        folder=$(cat "$here/pg-folder")
        unprivileged "$(postgres_program pg_ctl)" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
        rm -rf "$folder"
    fi
    if [ -f "$here/nats.pid" ]; then
        kill "$(cat "$here/nats.pid")" 2>/dev/null || true
    fi
    rm -rf "$here"
}

case "${1:-}" in
    start)
        if ! running; then
            stop
            mkdir -p "$here"
            { start_postgres; start_nats; } >"$addresses.new"
            mv "$addresses.new" "$addresses"
        fi
        cat "$addresses"
        ;;
    stop) stop ;;
    running) running ;;
    *) echo "usage: scripts/services.sh start|stop|running" >&2; exit 2 ;;
esac
