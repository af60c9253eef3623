#!/bin/sh
# What the service `trainer` of compose.yaml does: a run at once and then every EVERY_SECONDS, and a look after each.
# SIGTERM is handed to the command that is at work, which writes down and tells that it was stopped.
stopped=
child=
trap 'stopped=yes; kill -TERM "$child" 2>/dev/null' TERM INT

do_() {
    [ -z "$stopped" ] || exit 0
    "$@" &
    child=$!
    wait "$child"
    code=$?
    if [ "$stopped" ]; then
        wait "$child"
        exit 0
    fi
    return "$code"
}

while true; do
    do_ tasador run "$SOURCE" || echo "tasador run ended with $?: 3 is held by the gate, 75 another run is at work" >&2
    do_ tasador monitor || echo "tasador monitor ended with $?: 3 is an alert" >&2
    do_ sleep "$EVERY_SECONDS"
done
