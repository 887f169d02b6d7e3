#!/usr/bin/env bash
# Packages Sluice, starts the folder from elsewhere with an empty environment, calls it, stops it, and measures its start-up
# time and resident memory.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/lib/jdk.sh
. scripts/lib/jdk.sh
# shellcheck source=scripts/lib/http.sh
. scripts/lib/http.sh
find_jdk

# The goal is one half; the rest is room for a busy machine.
RATIO_AT_MOST=0.65
REQUESTS=500
PORT=$(free_port)

work=$(mktemp -d)
pid=
passed=0
failed=0

finish() {
  [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
  chmod -R u+w "$work" && rm -rf "$work"
}
trap finish EXIT

# check NAME COMMAND …
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok $name"
  else
    failed=$((failed + 1))
    echo "FAILED $name"
    tail -n 20 "$work/log" 2>/dev/null | sed 's/^/  | /' || true
  fi
}

# start [JVM OPTION …]: nothing of this shell's environment reaches the service.
start() {
  env -i PATH=/usr/bin:/bin JAVA_HOME="$JAVA_HOME" JAVA_OPTS="$*" PORT="$PORT" DATA_DIR="$work/data" TMPDIR="$work/tmp" \
    DRAIN_SECONDS=0 RATE_LIMIT_RPS=0 "$folder/bin/sluice" >"$work/log" 2>&1 &
  pid=$!
}

kill_now() {
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  pid=
}

answers() { # METHOD PATH STATUS TEXT [BODY]
  call "$PORT" "$1" "$2" "${5:-}" && [ "$status" = "$3" ] && [[ $reply == *"$4"* ]]
}

ends_by_sigterm() {
  local code=0
  kill -TERM "$pid"
  await_end "$pid" 10 || code=$?
  pid=
  # 128 + 15: a JVM that was asked to end, and has run its shutdown to the end.
  [ "$code" -eq 143 ] && grep -q stopped "$work/log"
}

nothing_left_behind() {
  [ -z "$(ls -A "$work/tmp")" ] && [ -z "$(find "$folder" -newer "$work/started")" ]
}

# Milliseconds from the start to the first prediction.
first_answer() {
  local began
  began=$(date +%s%N)
  start "$@"
  await_ready "$PORT" "$pid" 60 && call "$PORT" POST /v1/infer "$digit" && [ "$status" = 200 ] || return 1
  echo $((($(date +%s%N) - began) / 1000000)) >>"$work/times"
}

median() { sort -n | sed -n 2p; }
seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f", ms / 1000 }'; }
resident() { awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$pid/status"; }

scripts/package --out "$work/first"
# The folder must run from anywhere, and needs to write nowhere in itself.
folder="$work/moved"
mv "$work/first" "$folder"
chmod -R a-w "$folder"
mkdir "$work/tmp"
touch "$work/started"
digit=$(picture models/samples/digit-3.png)

check "the start-up cache is there" test -s "$folder/sluice.aot"
start
check "becomes ready" await_ready "$PORT" "$pid" 60
check "is healthy to its own check" env -i PATH=/usr/bin:/bin PORT="$PORT" "$folder/bin/sluice" --healthcheck
check "GET /healthz" answers GET /healthz 200 '"ok":true'
check "POST /v1/infer" answers POST /v1/infer 200 '"top5":[[3,' "$digit"
check "POST /predict" answers POST /predict 200 '"prediction value":"love"' '{"sentence":"I love this!"}'
check "SIGTERM ends it within 10 s" ends_by_sigterm
check "is not healthy any more" eval "! PORT=$PORT '$folder/bin/sluice' --healthcheck"
check "writes nothing into its folder, leaves nothing in the temporary one" nothing_left_behind

start -XX:AOTMode=on
check "the cache is good after a move" await_ready "$PORT" "$pid" 60
kill_now

for ((round = 0; round < 3; round++)); do
  : >"$work/times"
  first_answer -XX:AOTMode=auto || { echo "FAILED start with the cache"; exit 1; }
  cat "$work/times" >>"$work/with"
  memory=$(resident)
  kill_now
  : >"$work/times"
  first_answer -XX:AOTMode=off || { echo "FAILED start without the cache"; exit 1; }
  cat "$work/times" >>"$work/without"
  kill_now
done
with=$(median <"$work/with")
without=$(median <"$work/without")
ratio=$(awk -v a="$with" -v b="$without" 'BEGIN { printf "%.2f", a / b }')
echo "startup: with cache $(seconds "$with") s, without $(seconds "$without") s, ratio $ratio (start to first answer, medians of 3; goal 0.50)"
check "the cache makes the start at least $RATIO_AT_MOST as long" awk -v r="$ratio" -v b="$RATIO_AT_MOST" 'BEGIN { exit !(r <= b) }'

start
await_ready "$PORT" "$pid" 60
for ((request = 0; request < REQUESTS; request++)); do
  answers POST /v1/infer 200 '"top5"' "$digit" || { echo "FAILED request $request: $status"; exit 1; }
done
echo "memory: $memory MB after start, $(resident) MB after $REQUESTS requests (resident set)"
kill_now

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
