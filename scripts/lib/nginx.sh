# shellcheck shell=bash
# Traffic that nginx splits by a file (--target nginx:FILE). No controller runs on such a machine, so the scripts run one while it
# is needed: a Sluice on a free port of loopback, with its data beside the file. Sourced by direct.sh, which has the names that are
# used here.
#
# $names in quotes are those of jq.
# shellcheck disable=SC2016,SC2034,SC2154

# The file, the folder with the controller's data beside it, and what rollouts call it.
nginx_file='' nginx_data='' nginx_name=''
# The controller that this script started, if it did.
nginx_pid=''

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
  cd "$root" || exit 1
  build_if_stale || exit 1
  jar=${SLUICE_JAR_FILE:-$root/$SLUICE_JAR}
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
  { read -r port && read -r token && read -r pid; } <"$nginx_data/controller" || return 1
  kill -0 "$pid" 2>/dev/null || return 1
  target=http://127.0.0.1:$port kind=http
  send GET /ready && [ "$status" = 200 ]
}

# Starts one, and lets the rest of the script ask it. It is stopped however the script ends.
start_nginx_controller() {
  local until log=$nginx_data/controller.log port=''
  find_sluice
  (umask 077 && mkdir -p "$nginx_data/tmp")
  exec 8>"$nginx_data/lock"
  flock -n 8 || complain 3 "another command starts or runs a controller for $nginx_file: try again"
  token=$(new_key)$(new_key)
  trap end_of_nginx EXIT
  trap 'exit 143' TERM HUP
  trap 'echo >&2; exit 130' INT
  : >"$log"
  # Its own signals are ours to give: a Ctrl-C is for this script.
  env -u PORT -u STORE_URL -u VIEWER_TOKEN -u SLUICE_TARGET HOST=127.0.0.1 PORT=0 DATA_DIR="$nginx_data" ADMIN_TOKEN="$token" SLUICE_MODE=control \
    ROLLOUT_TARGETS="$nginx_name=nginx:$nginx_file" TICK_SECONDS=1 WINDOW_SECONDS=10 SLUICE_GREETING=on DRAIN_SECONDS=0 \
    ORT_DISABLE_TELEMETRY=1 "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \
    "-Djava.io.tmpdir=$nginx_data/tmp" -jar "$jar" </dev/null >"$log" 2>&1 8>&- &
  nginx_pid=$!
  until=$((SECONDS + 180))
  while [ -z "$port" ]; do
    kill -0 "$nginx_pid" 2>/dev/null || complain 1 "the controller does not start: $(tail -n 3 "$log")"
    [ "$SECONDS" -lt "$until" ] || complain 1 "the controller is not there after 3 minutes: see $log"
    sleep 0.2
    port=$(sed -n 's/^Sluice serves at http:\/\/[^:]*:\([0-9]*\).*/\1/p' "$log" | head -n 1)
  done
  target=http://127.0.0.1:$port kind=http
  (umask 077 && printf '%s\n' "$port" "$token" "$nginx_pid" >"$nginx_data/controller")
  until [ "$SECONDS" -ge "$until" ] || { send GET /ready && [ "$status" = 200 ]; }; do sleep 0.2; done
}

# Where the last word was an end, traffic is brought there before the controller goes.
await_nginx() {
  local share=0 canary until=$((SECONDS + 30))
  case "$(member state)" in promoted) share=100 ;; rolled_back | failed) ;; *) return 1 ;; esac
  canary=$(member canary)
  while [ "$SECONDS" -lt "$until" ]; do
    if call_nginx read "$nginx_file" && [ "$(split=$answer && share_of "$canary" | jq floor)" = "$share" ]; then
      # The reload comes right behind the file.
      sleep 1
      return 0
    fi
    sleep 0.5
  done
  say "warning: $nginx_file does not show it yet: scripts/status --target nginx:$nginx_file"
}

# However the script ends.
end_of_nginx() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [ -n "$nginx_pid" ] && kill -0 "$nginx_pid" 2>/dev/null; then
    if [ -n "${looked:-}" ]; then
      # What was seen last may be older than what is so.
      if send GET "/admin/rollouts/$(member id)" && [ "$status" = 200 ]; then looked=$reply; fi
      note_nginx
      await_nginx || rest_of_nginx
    fi
    kill -TERM "$nginx_pid" 2>/dev/null || true
    for ((i = 0; i < 150; i++)); do
      kill -0 "$nginx_pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$nginx_pid" 2>/dev/null || true
  fi
  rm -f "$nginx_data/controller"
  exit "$code"
}

# What is left to whoever stops in the middle.
rest_of_nginx() {
  say "          nobody judges it from now on: $(member canary) keeps $(member share) %, $(member stable) the rest
          go on: scripts/release --target nginx:$nginx_file --version $(member canary)
          or go back: scripts/rollback --target nginx:$nginx_file"
}

# Whether the data beside the file have a rollout that nobody looks after now.
left_in_nginx() { [ -s "$nginx_data/active" ]; }

# For verbs: the controller that runs, or one for as long as it takes where a rollout was left, else the file itself.
reach_nginx() {
  find_nginx_controller && return 0
  target=nginx:$nginx_file kind=nginx token=''
  left_in_nginx || return 0
  say "a rollout was left here: its controller is started for this"
  start_nginx_controller
}

# For a look: the controller that runs, else the file.
ask_nginx() {
  find_nginx_controller || { target=nginx:$nginx_file kind=nginx token=''; }
}

# For a release: the controller that runs, or one that does from now on; the file itself where there is no proof.
lead_nginx() {
  [ -z "$share" ] || { ask_nginx; return; }
  wait=1
  find_nginx_controller || {
    target=nginx:$nginx_file kind=nginx token=''
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
note_nginx() {
  case "$(member state)" in
    promoted | rolled_back | failed) rm -f "$nginx_data/active" ;;
    *) member id >"$nginx_data/active" ;;
  esac
}
