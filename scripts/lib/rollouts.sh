# shellcheck shell=bash
# Finds, shows and follows rollouts. Sourced after admin.sh, not run.

# What is used here admin.sh sets, and $names in quotes are those of jq.
# shellcheck disable=SC2016,SC2034,SC2154

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Time between two looks while waiting.
pause_between_looks=1

# show PROGRAM [ARGUMENTS FOR jq …]: shows the JSON on stdin by the words of rollout.jq.
show() {
  local program=$1
  shift
  jq -L "$folder" -r --argjson colour "$colour" "$@" "include \"rollout\"; $program"
}

# Prints the JSON on stdin as it came, one member a line.
show_json() { jq .; }

# Ends the script where a model was named that is not there; keeps `reply`.
know_model() {
  local before=$reply
  [ -n "$model" ] || return 0
  ask GET /admin/config
  # shellcheck disable=SC2016 # $model is one of jq
  printf '%s' "$reply" | jq -e --arg model "$model" '.models | has($model)' >/dev/null ||
    complain 2 "no model is called $model"
  reply=$before
}

# Sets `active` to the active rollouts, of the model where one is given, as lines of id, model, state and canary.
find_active() {
  ask GET "/admin/rollouts?limit=1000${model:+&model=$model}"
  active=$(printf '%s' "$reply" |
    show '.rollouts[] | select(active) | "\(.id)\t\(.model)\t\(.state)\t\(.canary)"')
}

# Sets `rollout` to the only active one, unless somebody named one; ends the script where there are several. Empty when
# there is none.
choose_rollout() {
  [ -z "$rollout" ] || return 0
  find_active
  case "$active" in
    *$'\n'*)
      echo "$me: several rollouts are active; name one, or its --model (see --help):" >&2
      printf '%s\n' "$active" | awk -F '\t' '{ printf "  %s  %s  %s  %s\n", $1, $2, $4, $3 }' >&2
      exit 2
      ;;
  esac
  rollout=${active%%$'\t'*}
}

# The same, where there must be one.
need_rollout() {
  choose_rollout
  [ -n "$rollout" ] || complain 3 "no rollout is active${model:+ on $model}"
}

# take_rollout ID: what somebody named.
take_rollout() {
  [ -z "$rollout" ] || wrong "one rollout at a time: $1"
  is_name "$1" || wrong "no rollout is called that: $1"
  rollout=$1 missing=2
}

# Sets `looked` to a rollout's JSON.
look() {
  ask GET "/admin/rollouts/$rollout"
  looked=$reply
}

# member NAME: prints a member of what was looked at.
member() { printf '%s' "$looked" | jq -r --arg name "$1" '.[$name] // empty'; }

# Prints the tree of `looked`.
print_tree() {
  ask GET "/admin/rollouts/$rollout/history?limit=20"
  printf '%s' "$looked" | show 'tree($history[0].history // []; $colour)' --slurpfile history <(printf '%s' "$reply")
}

# Prints the events after `printed`, oldest first, one a line, from a history on stdin.
print_events() {
  show '.history | map(select(.sequence > $printed)) | sort_by(.sequence)[] | event' --argjson printed "$printed"
}

# Prints what the history has that is not printed yet.
print_new_events() {
  local lines last
  send GET "/admin/rollouts/$rollout/history?limit=1000" && [ "$status" = 200 ] || return 0
  lines=$(printf '%s' "$reply" | print_events)
  [ -z "$lines" ] || [ -n "$quiet" ] || printf '%s\n' "$lines"
  last=$(printf '%s' "$reply" | jq '[.history[].sequence] | max // -1')
  [ "$last" -le "$printed" ] || printed=$last
}

# Whether what was looked at needs no more waiting: it is over, or a person has to decide.
settled() {
  printf '%s' "$looked" | show 'if active and .state != "paused" and .state != "completed" then empty else "yes" end' | grep -q yes
}

# Prints where the traffic is, and ends the script as the rollout ended.
conclude() {
  local state stable canary where
  state=$(member state) stable=$(member stable) canary=$(member canary)
  where="Record: /admin/rollouts/$rollout"
  [ -z "$quiet" ] || printf '%s' "$looked" | show '.headline | clean'
  case "$state" in
    promoted) echo "          traffic is 100 % $canary. $where"; exit 0 ;;
    rolled_back) echo "          traffic is 100 % $stable. $where"; exit 5 ;;
    failed) echo "          traffic is 100 % $stable. $where"; exit 1 ;;
    draft) complain 3 "$rollout is a draft: nobody has started it" ;;
    *)
      printf '%s' "$looked" | show '"          \(.canary) keeps \(.share | short) %; " + (if active then "a person decides: \(.possible | join(", "))" else "it is over" end) + ". Record: /admin/rollouts/\(.id)"'
      exit 6
      ;;
  esac
}

# out_of_time SECONDS: whether so many have passed since the script began.
out_of_time() { [ "$SECONDS" -ge "$1" ]; }

# Ends the script as one whose time is up.
give_up() {
  [ -z "$away" ] || complain 7 "nobody answers at $target, and the time is up; the rollout is $rollout"
  complain 6 "the time is up and $rollout is still $(member state)$([ -n "${nginx_pid:-}" ] || echo "; it goes on: scripts/watch $rollout")"
}

# Looks again, and says so when nobody answers; fails where there was no answer to rely on.
look_again() {
  if send GET "/admin/rollouts/$rollout"; then
    case "$status" in
      200)
        if is_answer GET "/admin/rollouts/$rollout"; then
          looked=$reply
          [ -z "$away" ] || say "          $target answers again"
          away=
          return 0
        fi
        trouble="what answers is no Sluice"
        ;;
      429 | 5??) trouble="it answers $status" ;;
      *) refused ;;
    esac
  fi
  [ -n "$away" ] || say "          nobody answers at $target (${trouble:-no answer}); trying again"
  away=1
  return 1
}

# What becomes of the rollout when nobody looks any more.
at_a_stop() {
  # A controller that is ours stops with us, and says so itself.
  [ -n "${nginx_pid:-}" ] || echo "; the rollout goes on: scripts/status $rollout"
}

# Says what to look for where a rollout runs and nobody is counted: after a minute, or two windows where that is longer, and
# every ten minutes from then on. Remembers in `counted` and `counted_at` how many it were and since when.
note_silence() {
  local now window
  read -r now window < <(printf '%s' "$looked" | show '
    if .state != "running" then "none 0" else "\([.results.stable.n, .results.canary.n] | map(. // 0) | add) \(.plan.window_seconds // 0)" end') || return 0
  if [ "$now" = none ] || [ "$now" != "${counted:-}" ]; then
    counted=$now counted_at=$SECONDS silence_said=''
    return
  fi
  [ $((SECONDS - counted_at)) -ge $((window > 30 ? 2 * window : 60)) ] || return 0
  [ -z "${silence_said:-}" ] || [ $((SECONDS - silence_said)) -ge 600 ] || return 0
  silence_said=$SECONDS
  if [ "$kind" = nginx ] || [ -n "${nginx_name:-}" ]; then
    say "          no requests were counted in $((SECONDS - counted_at)) s: look whether callers come through this nginx, and whether both instances answer for their metrics"
  else
    say "          no requests for $(member model) were counted at $target in $((SECONDS - counted_at)) s: look whether callers ask this service, and this model"
  fi
}

# follow SECONDS: prints one line a transition until the rollout ends, a person has to decide or the time is up, and ends
# the script by that.
follow() {
  local until=$1 revision='' seen
  printed=${printed:--1} away=''
  # The loop is the patience; each look may be short.
  attempts=1 patience=10
  # Of `release | tee` a Ctrl-C ends tee, too.
  trap 'trap "" PIPE; echo >&2 || true; complain 130 "no longer looking$(at_a_stop)"' INT
  while :; do
    if look_again; then
      seen=$(member revision)
      if [ "$seen" != "$revision" ]; then
        revision=$seen
        print_new_events
      fi
      if settled; then
        print_new_events
        [ -z "${nginx_pid:-}" ] || settle_nginx
        conclude
      fi
      note_silence
    elif [ -n "${nginx_pid:-}" ]; then
      regain_nginx
    fi
    ! out_of_time "$until" || give_up
    sleep "$pause_between_looks"
  done
}
