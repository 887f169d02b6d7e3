#!/usr/bin/env bats
# Releases behind nginx: that the controller which a script runs ends with it, in every way out. In place of Java there is nginx.py;
# with the real controller and the real nginx it is done by NginxLoopIT.

load shell

teardown() {
  local pid
  # What a failed test left.
  for pid in "${others[@]:-}" "$(jq -r .pid "$BATS_TEST_TMPDIR/bin/started" 2>/dev/null)"; do
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  done
}

# behind STATE SHARE [MEMBERS]: a file with v1 and v2, and a controller with one rollout that is so.
behind() {
  others=()
  java=$BATS_TEST_TMPDIR/bin
  mkdir -p "$java"
  cp scripts/test.d/nginx.py "$java/nginx.py"
  printf '#!/bin/sh\nexec "%s" "%s/nginx.py" "$@"\n' "$(python3 -c 'import sys; print(sys.executable)')" "$java" >"$java/java"
  printf '#!/bin/sh\nexit 0\n' >"$java/javac"
  chmod +x "$java/java" "$java/javac"
  mkdir "$BATS_TEST_TMPDIR/web"
  file=$BATS_TEST_TMPDIR/web/web.conf
  weights 10000
  jq -cn --arg state "$1" --argjson share "$2" --argjson more "${3:-{\}}" '{rollouts: [{id: "r1", revision: 7, model: "web",
    stable: "v1", canary: "v2", name: "", headline: "so", possible: [], steps: 4, state: $state, share: $share} + $more]}' \
    >"$java/world"
  touch "$java/calls"
  unset SLUICE_JAVA_HOME
  export JAVA_HOME=$BATS_TEST_TMPDIR SLUICE_BUILD=off SLUICE_TARGET=nginx:$file
}

# weights OF_V1
weights() {
  printf 'server 127.0.0.1:1 weight=%s; # version v1\nserver 127.0.0.1:2 %s; # version v2\n' "$1" \
    "$(if [ "$1" = 10000 ]; then echo down; else echo "weight=$((10000 - $1))"; fi)" >"$file"
}

world() { jq -c "$1" "$java/world" >"$java/world.test" && mv "$java/world.test" "$java/world"; }
data() { echo "$BATS_TEST_TMPDIR/web/.web.conf.sluice"; }
called() { grep -c "$1" "$java/calls"; }

# until_called WHAT: waits until it was asked, for 30 s.
until_called() {
  for ((i = 0; i < 600; i++)); do
    ! grep -q "$1" "$java/calls" || return 0
    sleep 0.05
  done
  return 1
}

# begin NAME ARGUMENTS: a release in the background, until it has looked; sets `release`.
begin() {
  local said=$BATS_TEST_TMPDIR/$1
  shift
  scripts/release --version v2 "$@" >"$said" 2>&1 3>&- &
  release=$!
  others+=("$release")
  until_said "$said" "running"
}

# until_said FILE WORDS: waits until they are there, for 30 s.
until_said() {
  for ((i = 0; i < 600; i++)); do
    ! grep -q "$2" "$1" || return 0
    sleep 0.05
  done
  cat "$1"
  return 1
}

# Kills the controller: it cannot put anything in order.
kill_controller() {
  dead=$(jq .pid "$java/started")
  kill -KILL "$dead"
}

# until_another: waits until there is another one, for 30 s.
until_another() {
  for ((i = 0; i < 600; i++)); do
    if [ "$(jq .pid "$java/started")" != "$dead" ] && [ "$(sed -n 3p "$(data)/controller")" != "$dead" ]; then return 0; fi
    sleep 0.05
  done
  return 1
}

# The controller has ended, and nothing says that there is one.
nobody_is_left() {
  [ -e "$java/started" ]
  [ ! -e "$(data)/controller" ]
  ! kill -0 "$(jq .pid "$java/started")" 2>/dev/null
}

@test "a release whose reader is gone ends its controller" {
  behind running 5
  scripts/release --version v2 2>&1 | head -n 2
  nobody_is_left
  [ "$(called '^load ')" -eq 1 ]
}

@test "a release whose reader is gone ends its controller also where nobody is told of that" {
  behind running 5
  (
    trap '' PIPE
    exec scripts/release --version v2 2>&1
  ) | head -n 2
  nobody_is_left
}

@test "after a Ctrl-C whose tee is gone too the controller is gone" {
  behind running 5
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  cat "$BATS_TEST_TMPDIR/pipe" >/dev/null 3>&- &
  others+=($!)
  # A job in the background would never hear a Ctrl-C.
  python3 -c 'import signal, os, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' scripts/release --version v2 >"$BATS_TEST_TMPDIR/pipe" 2>&1 3>&- &
  release=$!
  others+=("$release")
  until_called "GET /admin/rollouts/r1/history"
  kill "${others[0]}"
  kill -INT "$release"
  wait "$release" || code=$?
  [ "$code" -eq 130 ]
  nobody_is_left
}

@test "a Ctrl-C says where the share stays and how to go on, and the data say that somebody should" {
  behind running 5
  python3 -c 'import signal, os, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' scripts/release --version v2 >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
  release=$!
  others+=("$release")
  until_called "GET /admin/rollouts/r1/history"
  kill -INT "$release"
  wait "$release" || code=$?
  [ "$code" -eq 130 ]
  grep -q "v2 keeps 5 %, v1 the rest" "$BATS_TEST_TMPDIR/said"
  grep -q "go on: scripts/release --target nginx:$file --version v2" "$BATS_TEST_TMPDIR/said"
  grep -q "weight=500; # version v2" "$file"
  [ -s "$(data)/active" ]
  nobody_is_left
}

@test "an end is not left before traffic is there, whatever the state is called" {
  for end in 'completed 0 {"ended_at":"2026-11-22T07:00:00Z"}' 'paused 0 {}' 'promoted 100 {"ended_at":"2026-11-22T07:00:00Z"}'; do
    read -r state share more <<<"$end"
    rm -rf "$BATS_TEST_TMPDIR/web" "$BATS_TEST_TMPDIR/bin"
    behind "$state" "$share" "$more"
    weights 5000
    world '.stuck = true'
    (until_called "^read" && sleep 1 && world '.stuck = false') 3>&- &
    run scripts/release --version v2
    [ "$(called "^moved $((share * 100))")" -eq 1 ]
    nobody_is_left
    # nginx is told so by the script too, as the controller may have ended between the file and the reload.
    [ "$(grep -v ^read "$java/calls" | tail -n 1)" = "load $file" ]
    # Only who is paused is still active.
    if [ "$state" = paused ]; then [ -s "$(data)/active" ]; else [ ! -e "$(data)/active" ]; fi
  done
}

@test "a file of a plan is found from where the caller is, and what the controller needs is found too" {
  behind promoted 100
  echo '{"steps": [50]}' >"$BATS_TEST_TMPDIR/web/plan.json"
  cd "$BATS_TEST_TMPDIR/web"
  SLUICE_JAR_FILE=$ROOT/x.jar run "$ROOT/scripts/release" --version v2 --plan plan.json
  [[ "$output" != *"cannot be read"* ]]
  [ "$status" -eq 0 ]
  # The controller finds its models.
  [ "$(jq -r .folder "$java/started")" = "$ROOT" ]
}

@test "the controller gets no setting of the caller but how nginx is called, and its token is no argument of anybody" {
  behind promoted 100
  cat >"$java/env" <<TEXT
#!/bin/sh
echo "\$@" >>"$java/arguments"
exec /usr/bin/env "\$@"
TEXT
  chmod +x "$java/env"
  names=$(sed -n 's/^| `\([A-Z][A-Z0-9_]*\)` |.*/\1/p' function/docs/configuration.md)
  [ "$(wc -w <<<"$names")" -gt 50 ]
  settings=(MICRONAUT_CONFIG_FILES=ours MICRONAUT_ENVIRONMENTS=ours)
  for name in $names; do
    # The scripts have it themselves: it is the admin token of whom they ask.
    [ "$name" = ADMIN_TOKEN ] || settings+=("$name=ours")
  done
  run env "${settings[@]}" ADMIN_TOKEN=the-token-of-another-service PATH="$java:$PATH" scripts/release --version v2
  [ "$status" -eq 0 ]
  jq -e '.environment | [to_entries[] | select(.value == "ours") | .key] == ["NGINX_COMMAND"]' "$java/started"
  token=$(jq -r .environment.ADMIN_TOKEN "$java/started")
  [ "${#token}" -ge 32 ]
  [ "$token" != the-token-of-another-service ]
  [ ! -e "$java/arguments" ] || ! grep -q "$token" "$java/arguments"
  ! jq -r '.arguments[]' "$java/started" | grep -q "$token"
}

@test "a controller that a second command follows outlives the first, and ends with the last" {
  behind running 5
  scripts/release --version v2 >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
  others+=($!)
  until_called "GET /admin/rollouts/r1/history"
  scripts/release --version v2 >"$BATS_TEST_TMPDIR/second" 2>&1 3>&- &
  others+=($!)
  for ((i = 0; i < 600; i++)); do
    ! grep -q "goes on with r1" "$BATS_TEST_TMPDIR/second" || break
    sleep 0.05
  done
  kill -TERM "${others[0]}"
  wait "${others[0]}" || code=$?
  [ "$code" -eq 143 ]
  grep -q "another command follows it: it goes on" "$BATS_TEST_TMPDIR/first"
  [ -e "$(data)/controller" ]
  kill -0 "$(jq .pid "$java/started")"
  world '.rollouts[0] += {state: "promoted", share: 100}'
  wait "${others[1]}"
  nobody_is_left
  # With what the first had found: whoever comes later builds nothing.
  [ "$(called '^load ')" -eq 1 ]
  grep -q "weight=10000; # version v2" "$file"
}

@test "a rollback beside a release ends nobody else's controller" {
  behind running 5
  scripts/release --version v2 >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
  others+=($!)
  until_called "GET /admin/rollouts/r1/history"
  run scripts/rollback --yes
  [ "$status" -eq 0 ]
  wait "${others[0]}" || code=$?
  [ "$code" -eq 5 ]
  nobody_is_left
  grep -q "down; # version v2" "$file"
  [ ! -e "$(data)/active" ]
}

@test "where the controller knows no active rollout the file itself is moved" {
  behind promoted 100
  weights 0
  mkdir "$(data)"
  echo r1 >"$(data)/active"
  run scripts/rollback --version v1 --yes
  echo "$output"
  # Nobody is asked for a rollout any more, but whether the version in the file would answer.
  [[ "$output" == *"nobody answers for version v1 at 127.0.0.1:1"* ]]
  nobody_is_left
  [ ! -e "$(data)/active" ]
}

@test "weights that are there already are tested and reloaded all the same" {
  behind promoted 100
  python3 -m http.server --bind 127.0.0.1 0 >"$BATS_TEST_TMPDIR/instance" 2>&1 3>&- &
  others+=($!)
  for ((i = 0; i < 600; i++)); do
    ! grep -q 'port [0-9]' "$BATS_TEST_TMPDIR/instance" || break
    sleep 0.05
  done
  port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$BATS_TEST_TMPDIR/instance" | head -n 1)
  sed -i "s/127.0.0.1:1 /127.0.0.1:$port /" "$file"
  run scripts/rollback --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"scripts/rollback --version v1 lets nginx take it once more"* ]]
  run scripts/rollback --version v1 --yes
  [ "$status" -eq 0 ]
  [ "$(called '^move ')" -eq 1 ]
}

@test "a controller that dies is replaced once, and then it is said who keeps which share" {
  behind running 5
  begin said
  kill_controller
  until_another
  until_said "$BATS_TEST_TMPDIR/said" "answers again"
  kill_controller
  wait "$release" || code=$?
  cat "$BATS_TEST_TMPDIR/said"
  [ "$code" -eq 1 ]
  [ "$(grep -c "died (process [0-9]*): another one is started" "$BATS_TEST_TMPDIR/said")" -eq 1 ]
  grep -q "died again (process $dead)" "$BATS_TEST_TMPDIR/said"
  grep -q "nobody judges it from now on: v2 keeps 5 %, v1 the rest" "$BATS_TEST_TMPDIR/said"
  grep -q "go on: scripts/release --target nginx:$file --version v2" "$BATS_TEST_TMPDIR/said"
  grep -q "go back: scripts/rollback --target nginx:$file" "$BATS_TEST_TMPDIR/said"
  [ -s "$(data)/active" ]
  nobody_is_left
}

@test "a controller that dies is replaced also for whoever reads JSON" {
  behind running 5
  begin said --output json
  kill_controller
  until_another
  world '.rollouts[0] += {state: "promoted", share: 100, ended_at: "2026-11-22T07:00:00Z"}'
  wait "$release"
  grep -q '"state": "promoted"' "$BATS_TEST_TMPDIR/said"
  nobody_is_left
}

@test "whoever follows the controller of another command replaces it when that is gone" {
  behind running 5
  begin first
  first=$release
  begin second
  kill -KILL "$first"
  kill_controller
  until_another
  until_said "$BATS_TEST_TMPDIR/second" "answers again"
  world '.rollouts[0] += {state: "promoted", share: 100, ended_at: "2026-11-22T07:00:00Z"}'
  wait "$release"
  nobody_is_left
}

@test "a release takes over the controller that a rollback has started in place of a dead one, and ends it" {
  behind running 5
  begin said
  kill -STOP "$release"
  kill_controller
  run scripts/rollback --yes
  [ "$status" -eq 0 ]
  [ "$(jq .pid "$java/started")" != "$dead" ]
  kill -0 "$(jq .pid "$java/started")"
  [ -e "$(data)/controller" ]
  kill -CONT "$release"
  wait "$release" || code=$?
  cat "$BATS_TEST_TMPDIR/said"
  [ "$code" -eq 5 ]
  nobody_is_left
  flock -n "$(data)/lock" true
}

@test "the last words tell the share that is in the file now" {
  behind running 5
  begin said
  world '.stuck = true'
  weights 8750
  kill -TERM "$release"
  wait "$release" || code=$?
  [ "$code" -eq 143 ]
  grep -q "v2 keeps 12.5 %, v1 the rest" "$BATS_TEST_TMPDIR/said"
  nobody_is_left
}

@test "whoever keeps a controller from being started is named" {
  behind running 5
  mkdir "$(data)"
  echo 4711 >"$(data)/lock"
  touch -d '10 minutes ago' "$(data)/lock"
  exec 9<"$(data)/lock"
  flock 9
  run scripts/release --version v2
  exec 9<&-
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *"it is process 4711; fuser $(data)/lock shows who it is"* ]]
  [ "$(cat "$(data)/lock")" = 4711 ]
}

@test "nobody says that it is done before nginx was reloaded" {
  behind running 5
  begin said
  world '.unloaded = "nginx was not reloaded: no \"pid\""'
  run scripts/rollback --yes
  echo "$output"
  [ "$status" -eq 1 ]
  [[ "$output" == *'what nginx runs is not known (nginx was not reloaded: no "pid"): run nginx -s reload'* ]]
  [[ "$output" != *"web  so"* ]]
  wait "$release" || code=$?
  cat "$BATS_TEST_TMPDIR/said"
  [ "$code" -eq 1 ]
  grep -q "scripts/release: what nginx runs is not known" "$BATS_TEST_TMPDIR/said"
  ! grep -q "traffic is 100 %" "$BATS_TEST_TMPDIR/said"
  nobody_is_left
  run scripts/status
  [ "$status" -eq 0 ]
  [[ "$output" == *"warning: what nginx runs is not known"* ]]
}

@test "a release whose share never comes to the file is no success" {
  behind running 5
  begin said
  world '.rollouts[0] += {state: "promoted", share: 100, ended_at: "2026-11-22T07:00:00Z"} | .stuck = true'
  until_called ^read
  # Nobody is waited for who cannot move it any more.
  kill_controller
  wait "$release" || code=$?
  cat "$BATS_TEST_TMPDIR/said"
  [ "$code" -eq 1 ]
  grep -q "has not the share that was decided, 100 % for v2" "$BATS_TEST_TMPDIR/said"
  grep -q "does not show 100 % for v2" "$BATS_TEST_TMPDIR/said"
  nobody_is_left
}
