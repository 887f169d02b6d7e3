# shellcheck shell=bash
# HTTP by bash alone: the images in which Sluice is packaged have no curl. Sourced, not run.

# call PORT METHOD PATH [BODY [FIELD …]]: sets `status` and `reply`; fails when nobody answers.
call() {
  local port=$1 method=$2 path=$3 body=${4:-} field fields='' answer LC_ALL=C
  [ $# -le 4 ] || for field in "${@:5}"; do fields+="$field"$'\r\n'; done
  status=000 reply=
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %s\r\n%s\r\n%s' \
    "$method" "$path" "$port" "${#body}" "$fields" "$body" >&3
  # To the end of the connection: there is no NUL to stop at. Half a minute of silence is no answer.
  IFS= read -r -d '' -t 30 answer <&3 || true
  exec 3>&-
  status=${answer#* }
  status=${status%% *}
  # shellcheck disable=SC2034 # the caller's
  reply=${answer#*$'\r\n\r\n'}
  [ -n "$answer" ]
}

# Prints a port that nobody listens on.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    if ! { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; then
      echo "$port"
      return
    fi
    exec 3>&-
  done
}

# await_ready PORT PID SECONDS: fails when the process ends or the time is up.
await_ready() {
  local until=$((SECONDS + $3))
  while kill -0 "$2" 2>/dev/null && [ $SECONDS -lt $until ]; do
    if call "$1" GET /ready && [ "$status" = 200 ]; then
      return 0
    fi
    sleep 0.02
  done
  return 1
}

# await_end PID SECONDS: returns the exit code of a child, or 124 when it does not end in time.
await_end() {
  local until=$((SECONDS + $2))
  while kill -0 "$1" 2>/dev/null; do
    [ $SECONDS -lt $until ] || return 124
    sleep 0.05
  done
  wait "$1"
}

# A prediction's body for a picture.
picture() {
  printf '{"image_b64":"%s"}' "$(base64 <"$1" | tr -d '\n')"
}
