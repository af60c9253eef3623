#!/bin/sh
# What the service `trainer` of compose.yaml does: a run at once and then every EVERY_SECONDS, and a look after each.
# SIGTERM is handed, once, to the command that is at work, which writes down and tells that it was stopped.
stopped=
child=
told=

stop() {
    stopped=yes
    if [ "$child" ] && [ ! "$told" ]; then
        told=yes
        kill -TERM "$child"
    fi
}
trap stop TERM INT

do_() {
    [ ! "$stopped" ] || exit 0
    child=
    "$@" &
    child=$!
    # it may have come before the command had a number
    [ ! "$stopped" ] || stop
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
