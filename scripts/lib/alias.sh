# shellcheck shell=bash
# The weights of an alias of a Lambda function. Sourced by direct.sh, which has the names that are used here.
#
# $names in quotes are those of jq.
# shellcheck disable=SC2016,SC2034,SC2154

# Sets `split` to what the alias says.
read_alias() {
  local name=${target#lambda:}
  function=${name%:*} alias_name=${name##*:}
  call_aws lambda get-alias --function-name "$function" --name "$alias_name" || fail_aws
  split=$(by_split 'of_alias($target; $function)' --arg target "$target" --arg function "${function##*:}" <<<"$answer")
}

# Adds the versions that were published after the stable one.
add_to_alias() {
  call_aws lambda list-versions-by-function --function-name "$function" --query 'Versions[].Version' || fail_aws
  split=$(jq -c --argjson all "$answer" '(.stable | tonumber? // 0) as $stable
    | .newer = [$all[] | tonumber? | select(. > $stable)] | .newer |= (sort | map(tostring))' <<<"$split")
}

# name_for_alias VERSION: ends the script where it is no name of a version.
name_for_alias() {
  case "$1" in
    \$LATEST) wrong "\$LATEST changes under its callers: --version takes a published version, a number" ;;
    0* | *[!0-9]*) wrong "--version takes a published version, a number: $1" ;;
  esac
}

# state_of_version VERSION: sets `ready` to Active, Pending or what else it is; ends the script where there is none.
state_of_version() {
  call_aws lambda get-function-configuration --function-name "$function" --qualifier "$1" \
    --query '{State: State, Why: StateReason}' || {
    [ "$fault" != absent ] || complain 2 "$function has no version $1: $why"
    fail_aws
  }
  # One that was published before AWS had states has none.
  ready=$(jq -r '.State // "Active"' <<<"$answer")
  reason_of_state=$(jq -r '.Why // "" | gsub("[[:cntrl:]]"; " ")' <<<"$answer")
}

# ready_in_alias VERSION: whether it can have traffic now, or may later; ends the script where it cannot. `unready` says why not yet.
ready_in_alias() {
  state_of_version "$1"
  unready=
  case "$ready" in
    Active) ;;
    Inactive) complain 3 "version $1 is asleep, and would lose its first requests: invoke it until it is Active, then try again" ;;
    Pending) unready="version $1 is not ready yet ($ready${reason_of_state:+: $reason_of_state})" ;;
    *) complain 3 "version $1 is $ready${reason_of_state:+: $reason_of_state}" ;;
  esac
}

# want_of_alias MAIN CANARY POINTS: sets `wanted`, and `words` to the call. The weights are said even where there are none: left
# out, the old ones stay.
want_of_alias() {
  local weights=''
  if [ "$3" != 0 ]; then
    weights=$(printf '%04d' "$3")
    weights="$2=0.${weights%"${weights##*[!0]}"}"
  fi
  wanted=$(by_split -n 'alias_state($main; $canary; $points)' --arg main "$1" --arg canary "$2" --argjson points "$3")
  words=(lambda update-alias --function-name "$function" --name "$alias_name" --function-version "$1"
    --routing-config "AdditionalVersionWeights={$weights}" --revision-id "$(jq -r .revision <<<"$split")")
}
