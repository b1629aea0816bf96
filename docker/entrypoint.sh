#!/bin/sh
# Turns the container's command into one process. `exec`, so that SIGTERM reaches node itself.
set -eu
case "${1:-}" in
  gateway) script=dist/api/main.js ;;
  worker) script=dist/workers/main.js ;;
  migrate) script=dist/migrations/main.js ;;
  *)
    echo "dropgate: unknown command '${1:-}'; use gateway, worker or migrate" >&2
    exit 64
    ;;
esac
exec node --enable-source-maps --max-semi-space-size=32 --no-parallel-scavenge --no-allocation-site-pretenuring --heap-growing-percent=100 "$script"
