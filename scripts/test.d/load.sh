#!/usr/bin/env bash
# Proves scripts/load on the running service, in two minutes: what is well passes its gates, and a gate that is not kept fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/lib/jdk.sh
. scripts/lib/jdk.sh
# shellcheck source=scripts/lib/build.sh
. scripts/lib/build.sh

skip() {
  echo "SKIP load: $1"
  [ "${CI:-}" != true ] || { echo "CI can run this part, so it must."; exit 1; }
  exit 0
}
for tool in curl jq mvn; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done

find_jdk

# Settings of whoever runs this do not count.
unset ADMIN_TOKEN API_KEY LOAD_USER
out=function/load/target/test
rm -rf "$out"

# expect CODE SCENARIO OPTIONS …: runs it into a folder of its own.
expect() {
  local wanted=$1 code=0
  shift
  echo "\$ scripts/load $*"
  scripts/load "$@" --out "$out/$1-$wanted" || code=$?
  [ "$code" -eq "$wanted" ] || { echo "scripts/load $1 ended with $code, and not with $wanted"; exit 1; }
  [ -f "$out/$1-$wanted/report/index.html" ] || { echo "scripts/load $1 left no report"; exit 1; }
}

# holds SCENARIO-CODE EXPRESSION: of its summary.json.
holds() {
  jq -e "$2" "$out/$1/summary.json" >/dev/null || { echo "$1: not so: $2"; cat "$out/$1/summary.json"; exit 1; }
}

[ "${SLUICE_BUILD:-on}" = off ] || {
  echo "Testing the parts that count …"
  maven -q -f function/load/pom.xml test
}

# Wide gates: a machine that is busy with other things is no fault of the service.
expect 0 steady --rps 40 --for 10s --warm-up 3s --p99-ms 60000 --max-error-share 0.5
holds steady-0 '.passed and .answered > 0 and .limited == 0 and .p50_ms > 0 and (.versions | has("A"))'
holds steady-0 '.conditions | has("commit") and has("jvm") and .cores > 0 and .warm_up_seconds == 3'
# The warm-up is in no figure.
holds steady-0 '.requests <= 400'

expect 1 steady --rps 20 --for 3s --warm-up 1s --p95-ms 0.001 --max-error-share 1
holds steady-1 '(.passed | not) and ([.gates[] | select(.passed | not) | .promise] == ["p95 at most 0.001 ms"])'

expect 0 health --rps 20 --for 4s --warm-up 1s
holds health-0 '.passed and .statuses == {"200": .requests}'

expect 0 limits
holds limits-0 '.passed and .limited > 0 and .answered > 0'

# Whether the machine has room for this load is not what is asked here: a refusal (503) is let pass.
expect 0 rollout --bad-version C --rps 25 --for 120s --warm-up 3s --max-error-share 1
holds rollout-0 '.ended_as == "rolled_back" and .answers_by_canary > 0 and .pictures_read_wrong_by_canary > 0 and .decided_after_ms > 0'
jq -r '"load: C rolled back after \(.decided_after_ms) ms and \(.answers_by_canary) answers"' "$out/rollout-0/summary.json"
echo "load: the gates pass and fail as they should"
