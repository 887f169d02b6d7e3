# shellcheck shell=bash
# Traffic that nginx splits by a file (--target nginx:FILE). No controller runs on such a machine, so the scripts run one while it
# is needed: a Sluice on a free port of loopback, with its data beside the file. Sourced by direct.sh, which has the names that are
# used here.
#
# $names in quotes are those of jq.
# shellcheck disable=SC2016,SC2034,SC2154

# The file, the folder with the controller's data beside it, and what rollouts call it.
nginx_file='' nginx_data='' nginx_name=''
# The controller that this script follows, whoever started it; and the one that it started itself.
nginx_pid='' nginx_child=''
# Whether one that had died was replaced already, and whether a move was waited for in vain.
nginx_again='' nginx_in_vain=''
# Whether this script holds the lock of those who follow.
nginx_follows=''

# Looks at the target.
look_at_nginx() {
  local file=${target#nginx:} base
  [ -n "$file" ] || wrong "--target nginx:FILE takes the file that nginx includes: $target"
  [ -f "$file" ] || wrong "--target nginx:FILE takes the file that nginx includes, and there is none: $file"
  nginx_file=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
  case "$nginx_file" in *,*) wrong "a file with a comma in its path cannot be named in ROLLOUT_TARGETS: $file" ;; esac
  target=nginx:$nginx_file
  base=$(basename "$nginx_file")
  nginx_name=${base%%.*}
  is_name "$nginx_name" || wrong "rollouts would be called $nginx_name, as the file is, and that is no name: $file"
  # Hidden: no `include conf.d/*` takes it for a part of the configuration.
  nginx_data=$(dirname "$nginx_file")/.$base.sluice
}

# Java, and the jar, as scripts/serve has them. Sets `jar`.
find_sluice() {
  local root
  root=$(cd "$folder/../.." && pwd)
  # shellcheck source=scripts/lib/jdk.sh
  . "$folder/jdk.sh"
  # shellcheck source=scripts/lib/build.sh
  . "$folder/build.sh"
  find_jdk || exit 1
  # Files that the caller named are found from where the caller is.
  (cd "$root" && build_if_stale) || exit 1
  jar=${SLUICE_JAR_FILE:-$root/$SLUICE_JAR}
  case "$jar" in /*) ;; *) jar=$PWD/$jar ;; esac
}

# call_nginx WORDS …: reads or moves weights; sets `answer`, and `why` where it fails.
call_nginx() {
  local code=0 all
  all=$({
    code=0
    answer=$("$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -cp "$jar" dev.sluice.nginx.Weights "$@" 2>&3) ||
      code=$?
    printf '\036%s\036%s' "$code" "$answer"
  } 3>&1)
  answer=${all##*$'\036'}
  all=${all%$'\036'*}
  code=${all##*$'\036'}
  why=$(tr -s '[:space:][:cntrl:]' ' ' <<<"${all%$'\036'*}")
  why=${why% }
  return "$code"
}

# Sets `split` to what the file says.
read_nginx() {
  [ -n "${jar:-}" ] || find_sluice
  call_nginx read "$nginx_file" || complain 1 "$why"
  split=$(jq -c --arg target "$target" --arg name "$nginx_name" '
    . + {target: $target, name: $name, revision: .seen}
    | .canary = ([.versions[] | select(.role == "canary") | .version] | first)
    | .state = (.versions | map({(.version): (.share * 100 | round)}) | add) | del(.seen)' <<<"$answer")
}

add_to_nginx() { split=$(jq -c '. + {newer: [.versions[] | select(.share == 0) | .version]}' <<<"$split"); }

# name_for_nginx VERSION: ends the script where the file has no such version.
name_for_nginx() {
  jq -e --arg version "$1" 'any(.versions[]; .version == $version)' <<<"$split" >/dev/null ||
    complain 2 "$nginx_file has $(jq -r '[.versions[].version] | join(" and ")' <<<"$split"), not $1"
}

# ready_in_nginx VERSION: ends the script where nobody would answer.
ready_in_nginx() {
  local address
  address=$(jq -r --arg version "$1" '.versions[] | select(.version == $version) | .address' <<<"$split")
  curl --silent --noproxy '*' --max-time 5 --output /dev/null "http://$address/" ||
    complain 3 "nobody answers for version $1 at $address: start it first"
}

# want_of_nginx MAIN CANARY POINTS
want_of_nginx() {
  wanted=$(jq -cn --argjson split "$split" --arg main "$1" --arg canary "$2" --argjson points "$3" '
    ($split.versions | map({(.version): 0}) | add) + {($canary): $points} + {($main): (10000 - $points)}')
  # Whoever takes everything back takes it from all others.
  local other=$2
  [ -n "$other" ] || other=$(jq -r --arg main "$1" '[.versions[] | select(.version != $main) | .version] | first' <<<"$split")
  wanted=$(jq -c 'del(.[""])' <<<"$wanted")
  words=(move "$nginx_file" "$1" "$other" "$3" "$(jq -r .revision <<<"$split")")
}

# Finds the controller that runs for the file, if one does: it is asked instead of the file.
find_nginx_controller() {
  local port pid
  [ -r "$nginx_data/controller" ] || return 1
  { read -r port && read -r token && read -r pid && read -r nginx_java && read -r nginx_jar; } <"$nginx_data/controller" || return 1
  kill -0 "$pid" 2>/dev/null || return 1
  target=http://127.0.0.1:$port kind=http
  send GET /ready && [ "$status" = 200 ] || return 1
  nginx_running=$pid
}

# The process that is said to be the controller, also where it is none any more.
named_controller() { sed -n 3p "$nginx_data/controller" 2>/dev/null || true; }

# Lets go of a controller that is not asked any more.
ask_the_file() { target=nginx:$nginx_file kind=nginx token='' nginx_pid=''; }

# Whoever follows or changes something holds a shared lock, so that the controller is stopped by the last one who leaves.
follow_nginx() {
  [ -z "$nginx_follows" ] || return 0
  need_tools flock
  (umask 077 && mkdir -p "$nginx_data/tmp")
  exec 7>>"$nginx_data/followers"
  # Somebody is just stopping one: what is there afterwards counts.
  flock -s -w 60 7 || complain 3 "another command is ending the controller of $nginx_file: try again"
  nginx_follows=1
}

# Uses the one that runs, if one does.
join_nginx_controller() {
  if [ -d "$nginx_data" ]; then follow_nginx; fi
  find_nginx_controller || { ask_the_file; return 1; }
  adopt_nginx
  leave_nginx_at_the_end
}

# What the one that was found runs moves weights, too: nothing is built, which could take minutes.
adopt_nginx() { nginx_pid=$nginx_running JAVA_HOME=$nginx_java jar=$nginx_jar; }

leave_nginx_at_the_end() {
  # Who follows with --output json does so in a shell of its own, and that leaves nothing but what nobody else can know of.
  if [ "$BASHPID" != "$$" ]; then
    trap drop_nginx_child EXIT
    return
  fi
  trap end_of_nginx EXIT
  # Whoever reads what this says may be gone first: of `release | tee`, a Ctrl-C ends tee, too.
  trap "trap '' PIPE; exit 141" PIPE
  trap "trap '' PIPE; exit 143" TERM HUP
  trap "trap '' PIPE; echo >&2 || true; exit 130" INT
}

# Starts one, and lets the rest of the script ask it; where another command is just doing that, its own is asked. It is stopped
# however the script ends, but for others who use it then.
start_nginx_controller() {
  local until log=$nginx_data/controller.log port=''
  [ -n "${jar:-}" ] || find_sluice
  follow_nginx
  leave_nginx_at_the_end
  # Nobody takes longer to start one, and whoever has had the lock for longer is not just starting one.
  until=$((SECONDS + 180))
  [ -z "$(find "$nginx_data/lock" -mmin +3 2>/dev/null)" ] || until=$SECONDS
  # The controller itself has this lock for as long as it lives.
  exec 8>>"$nginx_data/lock"
  until flock -n 8; do
    if find_nginx_controller; then
      exec 8>&-
      adopt_nginx
      return
    fi
    [ "$SECONDS" -lt "$until" ] || complain 3 "$(who_holds_nginx)"
    sleep 0.5
  done
  token=$(new_key)$(new_key)
  : >"$log"
  : >"$nginx_data/lock"
  run_nginx_controller </dev/null >"$log" 2>&1 7>&- &
  nginx_pid=$! nginx_child=$!
  # When it dies that is said here, and not by the shell.
  disown
  echo "$nginx_pid" >"$nginx_data/lock"
  exec 8>&-
  until=$((SECONDS + 180))
  while [ -z "$port" ]; do
    kill -0 "$nginx_pid" 2>/dev/null || complain 1 "the controller does not start: $(tail -n 3 "$log")"
    [ "$SECONDS" -lt "$until" ] || complain 1 "the controller is not there after 3 minutes: see $log"
    sleep 0.2
    port=$(sed -n 's/^Sluice serves at http:\/\/[^:]*:\([0-9]*\).*/\1/p' "$log" | head -n 1)
  done
  target=http://127.0.0.1:$port kind=http
  (umask 077 && printf '%s\n' "$port" "$token" "$nginx_pid" "$JAVA_HOME" "$jar" >"$nginx_data/controller")
  until [ "$SECONDS" -ge "$until" ] || { send GET /ready && [ "$status" = 200 ]; }; do sleep 0.2; done
}

# Says what keeps a controller from being started.
who_holds_nginx() {
  local pid
  pid=$(head -n 1 "$nginx_data/lock")
  echo "a controller for $nginx_file is there already, and it does not answer: ${pid:+it is process $pid; }fuser $nginx_data/lock \
shows who it is. Try again, or end it (kill ${pid:-PID}) and then try again"
}

# While a rollout is followed and nobody answers: finds the controller that another command has started instead, or starts one,
# once. The record in the data folder lets it go on.
regain_nginx() {
  local gone=$nginx_pid
  if kill -0 "$gone" 2>/dev/null && [ "$(named_controller)" = "$gone" ]; then return 0; fi
  if find_nginx_controller; then
    adopt_nginx
    say "          the controller of $nginx_file (process $gone) is gone; another command has started one (process $nginx_pid)"
    return 0
  fi
  [ -z "$nginx_again" ] || complain 1 "the controller of $nginx_file died again (process $gone): see $nginx_data/controller.log"
  nginx_again=1
  say "          the controller of $nginx_file died (process $gone): another one is started, which goes on with the rollout"
  start_nginx_controller
}

# Becomes the controller. Its signals are the script's to give: a Ctrl-C, or a terminal that closes, is not for it. Of the settings of
# whoever calls only NGINX_COMMAND is meant for it. The token is no argument at any time: those everybody can see.
run_nginx_controller() {
  local name
  trap '' INT QUIT HUP
  trap - PIPE TERM EXIT
  # The models are found from there.
  cd "$folder/../.." || exit 1
  while IFS= read -r name; do
    case "$name" in
      # What nginx may have to be called with, too.
      NGINX_COMMAND | PATH | HOME | USER | LOGNAME | LANG | LC_* | TZ | TMPDIR | XDG_* | SSH_* | DOCKER_* | JAVA_HOME | JAVA_TOOL_OPTIONS) ;;
      *) unset "$name" 2>/dev/null || true ;;
    esac
  done < <(compgen -e)
  export HOST=127.0.0.1 PORT=0 DATA_DIR="$nginx_data" ADMIN_TOKEN="$token" SLUICE_MODE=control \
    ROLLOUT_TARGETS="$nginx_name=nginx:$nginx_file" TICK_SECONDS=1 WINDOW_SECONDS=10 SLUICE_GREETING=on DRAIN_SECONDS=0 \
    ORT_DISABLE_TELEMETRY=1
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m "-Djava.io.tmpdir=$nginx_data/tmp" -jar "$jar"
}

# Sets `looked` to the rollout that is active, whoever started it, else to how the one ended that was looked at.
last_of_nginx() {
  local id
  id=$(model=$nginx_name && find_active >/dev/null 2>&1 && printf '%s' "${active%%$'\t'*}")
  if [ -z "$id" ]; then
    [ -n "${looked:-}" ] || return 1
    id=$(member id)
  fi
  send GET "/admin/rollouts/$id" && [ "$status" = 200 ] && looked=$reply
  [ -n "${looked:-}" ]
}

# Whether what was looked at needs a controller.
is_active() { show 'if active then "yes" else empty end' <<<"$looked" | grep -q yes; }

# Whether the file has the share that was decided, and nginx was reloaded since.
is_in_nginx() {
  call_nginx read "$nginx_file" &&
    jq -e --argjson seen "$answer" '. as $looked | ($seen.unloaded | not) and
      (([$seen.versions[] | select(.version == $looked.canary) | .share] | add // 0) - .share | fabs < 0.02)' \
      <<<"$looked" >/dev/null
}

# await_nginx SECONDS: waits for that. A share is decided before it is moved.
await_nginx() {
  local until=$((SECONDS + $1))
  until is_in_nginx; do
    [ "$SECONDS" -lt "$until" ] && kill -0 "$nginx_pid" 2>/dev/null || return 1
    sleep 0.5
    last_of_nginx
  done
}

# Waits until what was decided was carried out, or ends the script: a share in a record is none in nginx. A test and a reload of
# nginx may take 20 s each.
settle_nginx() {
  [ -n "$nginx_pid" ] || return 0
  await_nginx 45 || {
    nginx_in_vain=1
    complain 1 "$(why_not_in_nginx)"
  }
}

# Says what keeps a share from being in nginx.
why_not_in_nginx() {
  local unloaded
  call_nginx read "$nginx_file" || { echo "$why"; return; }
  unloaded=$(jq -r '.unloaded // empty' <<<"$answer")
  if [ -n "$unloaded" ]; then
    unknown_in_nginx "$unloaded"
    return
  fi
  jq -r --argjson seen "$answer" --arg file "$nginx_file" '. as $looked
    | "\($file) has not the share that was decided, \(.share) % for \(.canary)\(
      [.troubles[]? | select(.kind == "actuator_refuses") | .text] | last // "" | if . == "" then . else ": " + . end)"' <<<"$looked"
}

# unknown_in_nginx WHY
unknown_in_nginx() { echo "what nginx runs is not known ($1): run ${NGINX_COMMAND:-nginx} -s reload"; }

# Warns whoever looks at the file.
warn_of_nginx() {
  local unloaded
  [ -n "$nginx_name" ] || return 0
  call_nginx read "$nginx_file" || return 0
  unloaded=$(jq -r '.unloaded // empty' <<<"$answer")
  [ -z "$unloaded" ] || say "warning: $(unknown_in_nginx "$unloaded"), or, which also ends this warning,
  scripts/rollback --target nginx:$nginx_file --version $(jq -r .stable <<<"$answer")"
}

# stop_nginx PID: it may be waiting for nginx, which it does not leave between a test and a reload.
stop_nginx() {
  local i
  kill -TERM "$1" 2>/dev/null || true
  for ((i = 0; i < 450; i++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  [ "$(named_controller)" != "$1" ] || rm -f "$nginx_data/controller"
}

# Ends one that was started here and of which no other command can know.
drop_nginx_child() {
  [ -z "$nginx_child" ] || [ "$(named_controller)" = "$nginx_child" ] || stop_nginx "$nginx_child"
}

# However the script ends. What it has to say may find nobody who reads it, so that it is said when all is done.
end_of_nginx() {
  local code=$?
  set +e
  trap '' INT TERM HUP PIPE
  trap - EXIT
  leave_nginx
  exit "$code"
}

# Stops the controller, unless others need it. A `code` that says that all went well is 1 where nginx was not reloaded.
leave_nginx() {
  local known='' here='' patience=5 attempts=1 time=30
  [ -n "$nginx_pid" ] || return 0
  # Another command may have started one since.
  if find_nginx_controller; then nginx_pid=$nginx_running; fi
  drop_nginx_child
  # Only the last one gets the lock for itself.
  if ! flock -n -x 7; then
    if last_of_nginx && is_active; then say "          another command follows it: it goes on"; fi
    return 0
  fi
  if last_of_nginx; then
    known=1
    note_nginx
    # Who presses Ctrl-C does not wait long for what nginx may not even take.
    if [ "$code" -ge 128 ] || [ -n "$nginx_in_vain" ]; then time=5; fi
    if await_nginx "$time"; then here=1; fi
  fi
  stop_nginx "$nginx_pid"
  flock -u 7
  [ -n "$known" ] || return 0
  # The controller may have been stopped between the file and the reload.
  if ! call_nginx load "$nginx_file"; then
    say "warning: $(unknown_in_nginx "$why")"
    not_well
  elif is_active; then
    :
  elif [ -z "$here" ] && ! is_in_nginx; then
    say "warning: $nginx_file does not show $(member share) % for $(member canary): scripts/status --target nginx:$nginx_file"
    not_well
  elif [ -n "$nginx_in_vain" ]; then
    say "          nginx was reloaded now: $(member canary) has $(share_in_nginx) %"
  fi
  if is_active; then rest_of_nginx; fi
}

not_well() { case "$code" in 0 | 5) code=1 ;; esac; }

# The canary's percent in the file now: others may have changed it since the record was looked at.
share_in_nginx() {
  call_nginx read "$nginx_file" || { member share; return; }
  jq -r --argjson seen "$answer" '.canary as $canary
    | [$seen.versions[] | select(.version == $canary) | .share] | add // 0 | . * 100 | round / 100' <<<"$looked"
}

# What is left to whoever stops in the middle.
rest_of_nginx() {
  say "          nobody judges it from now on: $(member canary) keeps $(share_in_nginx) %, $(member stable) the rest
          go on: scripts/release --target nginx:$nginx_file --version $(member canary)
          or go back: scripts/rollback --target nginx:$nginx_file"
}

# Whether the data beside the file have a rollout that nobody looks after now.
left_in_nginx() { [ -s "$nginx_data/active" ]; }

# For verbs: the controller that runs, or one for as long as it takes where a rollout was left, else the file itself.
reach_nginx() {
  local active='' model=$nginx_name
  ! join_nginx_controller || return 0
  left_in_nginx || return 0
  say "a rollout was left here: its controller is started for this"
  start_nginx_controller
  find_active
  [ -z "$active" ] || return 0
  # It ended, and nobody was there to write that down.
  rm -f "$nginx_data/active"
  flock -n -x 7 || return 0
  stop_nginx "$nginx_pid"
  flock -u 7
  nginx_follows=''
  ask_the_file
}

# For a look: the controller that runs, else the file.
ask_nginx() {
  if find_nginx_controller; then JAVA_HOME=$nginx_java jar=$nginx_jar; else ask_the_file; fi
}

# For a release: the controller that runs, or one that does from now on; the file itself where there is no proof.
lead_nginx() {
  [ -z "$share" ] || { ask_nginx; return; }
  wait=1
  join_nginx_controller || {
    say "the controller of $nginx_file runs here, and this follows the rollout to its end"
    start_nginx_controller
  }
  # What the usual plan asks of latencies is not counted there.
  case "$plan$members" in
    '{}') plan=$folder/nginx-plan.json ;;
    \{*) jq -e 'has("preset") or has("guards")' <<<"$members" >/dev/null || plan=$folder/nginx-plan.json ;;
  esac
}

# Goes on with a rollout that is active. Sets `rollout`, or leaves it empty.
rejoin_nginx() {
  model=$nginx_name
  find_active
  [ -n "$active" ] || return 0
  IFS=$'\t' read -r rollout _ _ canary <<<"$active"
  [ "$canary" = "$1" ] ||
    complain 3 "a rollout of $canary is active: scripts/promote or scripts/rollback --target nginx:$nginx_file first"
}

# note_nginx: keeps in the data folder whether a rollout is active.
note_nginx() { if is_active; then member id >"$nginx_data/active"; else rm -f "$nginx_data/active"; fi; }
