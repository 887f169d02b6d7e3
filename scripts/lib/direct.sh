# shellcheck shell=bash
# Moves weights without a controller: of an alias (alias.sh), of a load balancer's rule (rule.sh) or in a file of nginx (nginx.sh).
# Sourced after rollouts.sh, not run.
#
# What is used here admin.sh sets, $names in quotes are those of jq, and what a shell of its own changes is meant to be lost.
# shellcheck disable=SC2016,SC2031,SC2034,SC2154

# shellcheck source=scripts/lib/alias.sh
. "$folder/alias.sh"
# shellcheck source=scripts/lib/rule.sh
. "$folder/rule.sh"
# shellcheck source=scripts/lib/nginx.sh
. "$folder/nginx.sh"

# Why a version has to be waited for, if so, and how long it is.
unready='' waiting=900

# by_split [-n] PROGRAM [ARGUMENTS FOR jq …]
by_split() {
  local null=-c
  if [ "$1" = -n ]; then null=-cn; shift; fi
  local program=$1
  shift
  jq -L "$folder" -r "$null" "$@" "include \"split\"; $program"
}

# Whether the target is moved directly.
directly() { [ "$kind" = lambda ] || [ "$kind" = alb ] || [ "$kind" = nginx ]; }

# ready_to_move NGINX: for scripts that can do without a controller. NGINX is what is done first where nginx splits.
ready_to_move() {
  look_at_options
  [ "$kind" != nginx ] || "$1"
  directly || return 0
  case "$kind" in
    lambda) part="alias" ;;
    alb) part=rule ;;
    nginx) part=nginx ;;
  esac
  [ -z "$model" ] || wrong "--model is a controller's matter: $target is one already"
  [ -z "$reason" ] || say "$me: the reason is kept nowhere: only a controller has a history"
}

# member_of NAME: prints a member of `split`.
member_of() { jq -r --arg name "$1" '.[$name] // empty' <<<"$split"; }

# share_of VERSION: prints its percent, 0 where it has none.
share_of() { jq -r --arg version "$1" '[.versions[] | select(.version == $version) | .share] | add // 0' <<<"$split"; }

# Prints the versions that have traffic.
busy() { jq -r '.versions[] | select(.share > 0) | .version' <<<"$split"; }

shares() { by_split shares <<<"$split"; }

# Whether `split` is what is wanted. What is in a file nginx need not run: it may not have been reloaded.
arrived() { jq -e --argjson wanted "$wanted" '.state == $wanted' <<<"$split" >/dev/null; }

print_split() {
  if [ "$output" = json ]; then by_split public <<<"$split" | show_json; else by_split '"\(.name)  \(shares)"' <<<"$split"; fi
}

direct_status() {
  "read_$part"
  "add_to_$part"
  if [ "$output" = json ]; then print_split; else by_split standing_tree <<<"$split"; fi
}

# move MAIN CANARY POINTS: gives the canary so many hundredths of a percent and the rest to the main version; prints it, or
# does it after a question, and reads it back.
move() {
  local before effect seen
  "want_of_$part" "$@"
  before=$(shares)
  effect="$(member_of name): $before → $(shares_wanted "$@")"
  if [ -n "$dry_run" ]; then
    if [ "$output" = json ]; then
      typed_move >&2
      jq -cn --arg effect "$effect" '{dry_run: true, effect: $effect}'
    else
      typed_move
      echo "# $effect"
      [ -z "$unready" ] || echo "# $unready: it is waited for"
    fi
    exit 0
  fi
  if [ "$part" != nginx ] && arrived; then
    say "it is so already"
    print_split
    exit 0
  fi
  confirm "$effect"
  [ -z "$unready" ] || await_version "$2"
  if [ "$part" = rule ]; then
    # A rule has no revision that a call could name.
    seen=$(jq -cS '.actions' <<<"$split")
    read_rule
    [ "$(jq -cS '.actions' <<<"$split")" = "$seen" ] || crossed
  fi
  move_it
  "read_$part"
  arrived || crossed
  warn_of_sticky
  print_split
}

# Prints the call that moves, as it would be typed.
typed_move() {
  if [ "$part" = nginx ]; then
    typed_words java -cp "$jar" dev.sluice.nginx.Weights "${words[@]}"
  else
    typed_aws "${words[@]}"
  fi
}

move_it() {
  local code=0
  if [ "$part" = nginx ]; then
    call_nginx "${words[@]}" || code=$?
    [ "$code" = 0 ] || complain "$code" "$why"
  else
    call_aws "${words[@]}" || repair
  fi
}

# shares_wanted MAIN CANARY POINTS: by the weights that will be, which need not be exactly what was asked for.
shares_wanted() {
  jq -cn --argjson wanted "$wanted" --arg main "$1" --arg canary "$2" --argjson points "$3" --arg part "$part" '
    (if $part == "rule" then $wanted[$canary] * 100 / ($wanted[$main] + $wanted[$canary]) else $points / 100 end) as $share
    | {versions: [{version: $main, share: (100 - $share)}, {version: $canary, share: $share}]}' | by_split shares
}

crossed() { complain 3 "somebody else changed it meanwhile: it shows now $(shares)"; }

# After a call that failed: what is there counts. A call whose answer was lost may have been carried out, and one that was sent
# again is refused for what the first did.
repair() {
  local words_of_fault=$why
  case "$fault" in
    crossed)
      "read_$part"
      arrived || crossed
      ;;
    lost)
      call_again || complain 7 "nobody answers for $target ($words_of_fault), and whether it was done is not known: scripts/status --target $target"
      arrived || complain 7 "nobody answered for $target ($words_of_fault), and nothing was done: it shows $(shares)"
      say "the answer was lost, and it was done"
      ;;
    *) fail_aws ;;
  esac
}

# Reads in a shell of its own, so that a failure can be told with what led to it.
call_again() {
  local found
  found=$("read_$part" 2>/dev/null && printf '%s' "$split") || return 1
  split=$found
}

warn_of_sticky() {
  local sticky
  sticky=$(member_of sticky)
  [ -z "$sticky" ] || say "warning: the load balancer keeps callers with their group for $sticky s, whatever the weights are"
}

# await_version VERSION: a snapshot takes minutes.
await_version() {
  local until=$((SECONDS + waiting))
  say "$unready: waiting"
  while :; do
    "ready_in_$part" "$1"
    [ -n "$unready" ] || return 0
    [ "$SECONDS" -lt "$until" ] || complain 6 "the time is up, and $unready; nothing was done"
    sleep "$pause_between_looks"
  done
}

# points_of OPTION PERCENT: prints hundredths of a percent.
points_of() {
  local whole=${2%.*} part=''
  [[ $2 =~ ^[0-9]{1,2}(\.[0-9]{1,2})?$ ]] || wrong "$1 takes a percent above 0 and below 100, such as 5 or 12.5: $2"
  [ "$whole" = "$2" ] || part=${2#*.}
  part=${part}00
  echo $((10#$whole * 100 + 10#${part:0:2}))
}

# direct_release VERSION PERCENT
direct_release() {
  local points stable other
  points=$(points_of --share "$2") || exit 2
  [ "$points" != 0 ] || wrong "--share is above 0: scripts/rollback takes a share away"
  "read_$part"
  "name_for_$part" "$1"
  stable=$(member_of stable)
  [ "$1" != "$stable" ] || complain 3 "$1 is the stable version: it has $(share_of "$1") %"
  if [ -z "$stable" ]; then
    # Of two groups that both have traffic the lesser may get more, or less.
    stable=$(jq -r --arg version "$1" '.versions[] | select(.version != $version) | .version' <<<"$split")
    jq -e --arg version "$1" '(.versions[] | select(.version == $version) | .share) as $share | $share > 0 and $share <= 50' \
      <<<"$split" >/dev/null ||
      complain 3 "$1 has $(share_of "$1") % already and is no canary: scripts/promote or scripts/rollback, with --version"
  fi
  "ready_in_$part" "$1"
  while IFS= read -r other; do
    [ "$other" = "$1" ] || [ "$other" = "$stable" ] ||
      complain 3 "$other has $(share_of "$other") % already: promote it or roll it back first"
  done < <(busy)
  say "without proof: nobody watches this share; a release with a controller is for that"
  move "$stable" "$1" "$points"
}

# The only version that has a share and is not the stable one, as `canary`; ends the script where there is none.
need_canary() {
  canary=$(jq -r '[.versions[] | select(.share > 0 and .role == "canary") | .version] | first // empty' <<<"$split")
  case "$part:$(busy | wc -l | tr -d ' ')" in
    nginx:1)
      complain 3 "no canary has a share: it shows $(shares); scripts/rollback --version $(busy) lets nginx take it once more"
      ;;
    *:0 | *:1) complain 3 "no canary has a share: it shows $(shares)" ;;
    rule:*)
      [ -n "$version" ] ||
        wrong "a rule does not say which of $(shares) is the stable one: name who takes all traffic, by --version"
      ;;
  esac
}

# direct_promote: all traffic to the canary.
direct_promote() {
  local canary
  "read_$part"
  [ -z "$version" ] || "name_for_$part" "$version"
  need_canary
  canary=${canary:-$version}
  [ -z "$version" ] || [ "$version" = "$canary" ] || complain 3 "$version is not the canary: it shows $(shares)"
  "ready_in_$part" "$canary"
  [ -z "$unready" ] || complain 3 "$unready"
  to_one "$canary"
}

# direct_rollback: all traffic to the stable version, or to one that is named.
direct_rollback() {
  local canary
  "read_$part"
  if [ -z "$version" ]; then
    need_canary
    to_one "$(member_of stable)"
    return
  fi
  "name_for_$part" "$version"
  if [ "$part" = alias ]; then
    canary=$(member_of canary)
    [ "$version" != "$canary" ] || complain 3 "$version is the canary: scripts/promote gives it all traffic"
  fi
  "ready_in_$part" "$version"
  [ -z "$unready" ] || complain 3 "$unready"
  to_one "$version"
}

# to_one VERSION
to_one() {
  local other
  other=$(jq -r --arg version "$1" '[.versions[] | select(.version != $version) | .version] | first // ""' <<<"$split")
  move "$1" "$other" 0
}
