# shellcheck shell=bash
# What pause, resume, promote and rollback have in common. Sourced, not run, after admin.sh and rollouts.sh.

# What is used here admin.sh sets, and $names in quotes are those of jq.
# shellcheck disable=SC2016,SC2154

rollout='' version=''

# Whether a verb needs no controller.
moves() { [ "$1" = promote ] || [ "$1" = rollback ]; }

usage_of_verb() {
  cat <<TEXT
Usage: scripts/$1 [ROLLOUT] [--model NAME] [--reason TEXT]$(moves "$1" && echo " [--version VERSION]") [--yes] [--dry-run] [--help]

$2

Without ROLLOUT it is the only active one, of the model where --model is given.
TEXT
  if moves "$1"; then
    echo
    echo "  --version VERSION  who takes all traffic; only for targets without a controller"
    usage_of_options --model --reason --yes --dry-run --output direct
  else
    usage_of_options --model --reason --yes --dry-run --output
  fi
  echo
  echo "Example:  $3"
}

# What the traffic will be, as a line of text; from what was looked at.
effect() {
  printf '%s' "$looked" | show '
    "\(.model): \(.canary) takes \(.share | short) %, \(.stable) the rest → " +
    if $verb == "promote" then "\(.canary) takes 100 %" + (if $reason == "" then "; refused without --reason unless that is proven" else "" end)
    elif $verb == "rollback" then "\(.stable) takes 100 %"
    elif $verb == "pause" then "the same, held until a person resumes it"
    else "the same, and the judge goes on" end' --arg verb "$1" --arg reason "$reason"
}

# Prints the call, or does it after a question.
# do_it EFFECT METHOD PATH BODY
do_it() {
  local key
  if [ -n "$dry_run" ]; then
    if [ "$output" = json ]; then
      typed "$2" "$3" "$4" >&2
      jq -cn --arg effect "$1" '{dry_run: true, effect: $effect}'
    else
      typed "$2" "$3" "$4"
      echo "# $1"
    fi
    exit 0
  fi
  confirm "$1"
  key=$(new_key)
  ask "$2" "$3" "$4" "$key"
}

# verb WORD ARGUMENTS …
verb() {
  local verb=$1 body
  shift
  while [ $# -gt 0 ]; do
    case "$1" in
      --version)
        moves "$verb" || wrong "unknown argument: $1"
        value_of "$1" "${2:-}"
        version=$2
        shift 2
        ;;
      -*) common_option "--model --reason --output --yes --dry-run" "$@"; shift "$taken" ;;
      *) take_rollout "$1"; shift ;;
    esac
  done
  if moves "$verb"; then
    ready_to_move reach_nginx
    if directly; then
      [ -z "$rollout" ] || wrong "only a controller knows rollouts, and $target has none: $rollout"
      "direct_$verb"
      return
    fi
    [ -z "$version" ] || wrong "--version is for targets without a controller: a rollout knows its versions"
  else
    ready_to_ask
  fi
  choose_rollout
  if [ -z "$rollout" ]; then
    [ "$verb" = promote ] || complain 3 "no rollout is active${model:+ on $model}"
    promote_standing
    return
  fi
  look
  body=$(jq -cn --arg reason "$reason" 'if $reason == "" then {} else {reason: $reason} end')
  do_it "$(effect "$verb")" POST "/admin/rollouts/$rollout/$verb" "$body"
  looked=$reply
  [ -z "${nginx_pid:-}" ] || settle_nginx
  if [ "$output" = json ]; then
    printf '%s' "$looked" | show_json
  else
    printf '%s' "$looked" | show '"\(.model)  \(.headline | clean)"'
  fi
}

# The canary of the standing split becomes the stable version: there is no rollout.
promote_standing() {
  local body
  ask GET /admin/config
  body=$(jq -cn --arg model "$model" --arg reason "$reason" '
    (if $model == "" then {} else {model: $model} end) + (if $reason == "" then {} else {reason: $reason} end)')
  do_it "no rollout is active${model:+ on $model}: the canary of the standing split becomes the stable version$(
    [ -n "$reason" ] || echo "; refused without --reason where it was rolled back")" \
    POST /admin/promote "$body"
  if [ "$output" = json ]; then printf '%s' "$reply" | show_json; else printf '%s' "$reply" | show standing; fi
}
