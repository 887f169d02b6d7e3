# shellcheck shell=bash
# The weights of two target groups in a rule of a load balancer. Sourced by direct.sh, which has the names that are used here.
#
# $names in quotes are those of jq.
# shellcheck disable=SC2016,SC2034,SC2154

# Sets `split` to what the rule says.
read_rule() {
  local count
  call_aws elbv2 describe-rules --rule-arns "${target#alb:}" --query 'Rules[0]' || fail_aws
  split=$(by_split 'of_rule($target)' --arg target "$target" <<<"$answer")
  count=$(jq '.versions | length' <<<"$split")
  [ "$count" = 2 ] || wrong "$target forwards to $count target groups: two are needed, and their weights are moved"
}

# health_of GROUP: sets `healthy` and `targets`.
health_of() {
  call_aws elbv2 describe-target-health --query 'TargetHealthDescriptions[].TargetHealth.State' \
    --target-group-arn "$(jq -r --arg group "$1" '.versions[] | select(.version == $group) | .arn' <<<"$split")" || fail_aws
  healthy=$(jq 'map(select(. == "healthy")) | length' <<<"$answer")
  targets=$(jq length <<<"$answer")
}

# Adds how many of each group's targets are healthy.
add_to_rule() {
  local group
  while IFS= read -r group; do
    health_of "$group"
    split=$(jq -c --arg group "$group" --argjson healthy "$healthy" --argjson targets "$targets" \
      '.versions |= map(if .version == $group then . + {healthy: $healthy, targets: $targets} else . end)' <<<"$split")
  done < <(jq -r '.versions[].version' <<<"$split")
}

# name_for_rule GROUP: ends the script where the rule has no such group.
name_for_rule() {
  jq -e --arg group "$1" 'any(.versions[]; .version == $group)' <<<"$split" >/dev/null ||
    complain 2 "the rule forwards to $(jq -r '[.versions[].version] | join(" and ")' <<<"$split"), not to $1"
}

# ready_in_rule GROUP: ends the script where nobody would answer.
ready_in_rule() {
  health_of "$1"
  [ "$healthy" != 0 ] || complain 3 "no target of $1 is healthy (it has $targets): deploy the version there first"
}

# weights_for POINTS: prints the weights of main and canary, whole numbers up to 999, that are nearest to a share from below.
weights_for() {
  awk -v points="$1" 'BEGIN {
    canary = int(points / 100)
    stable = 100 - canary
    if (points % 100) {
      stable = 1; canary = 0
      for (s = 1; s <= 999; s++) {
        c = int(points * s / (10000 - points))
        if (c > 999) c = 999
        if (c * (stable + canary) > canary * (s + c)) { stable = s; canary = c }
      }
    }
    print stable, canary
  }'
}

# want_of_rule MAIN CANARY POINTS: sets `wanted`, and `words` to the call.
want_of_rule() {
  local stable canary
  read -r stable canary < <(weights_for "$3")
  [ "$3" = 0 ] || [ "$canary" != 0 ] || wrong "--share is at least 0.1 where a load balancer splits"
  wanted=$(jq -cn --arg main "$1" --arg canary "$2" --argjson weights "[$stable, $canary]" \
    '{($main): $weights[0], ($canary): $weights[1]}')
  words=(elbv2 modify-rule --rule-arn "${target#alb:}"
    --actions "$(by_split '.actions | weighed($state)' --argjson state "$wanted" <<<"$split")")
}
