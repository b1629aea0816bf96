#!/bin/sh
# Starts the composition's Redis with its users: the rules of redis-roles.conf, with the hashes of
# the passwords from the environment. They go into a file for Redis alone, never into arguments,
# which everyone may read.
set -eu
umask 077
from=${REDIS_CONF_DIR:-/usr/local/etc/redis}
config=${REDIS_CONF:-/tmp/dropgate-redis.conf}

hash_of() {
  printf '%s' "$1" | sha256sum | cut -d ' ' -f 1
}

{
  cat "$from/redis.conf"
  sed -n \
    -e "s/<admin>/$(hash_of "$REDIS_PASSWORD")/" \
    -e "s/<gateway>/$(hash_of "$REDIS_GATEWAY_PASSWORD")/" \
    -e "s/<worker>/$(hash_of "$REDIS_WORKER_PASSWORD")/" \
    -e '/^user /p' "$from/redis-roles.conf"
} > "$config"
# The image starts as root and goes on as this user.
if [ "$(id -u)" = 0 ] && id redis > /dev/null 2>&1; then chown redis "$config"; fi
exec docker-entrypoint.sh redis-server "$config"
