#!/usr/bin/env bats
# scripts/load: what it takes, and what it would run. What it measures is in load.sh.

load shell

@test "wrong use is refused in one line that names what would be right" {
  while IFS='|' read -r arguments words; do
    # shellcheck disable=SC2086 # words of a command line
    run scripts/load $arguments
    [ "$status" -eq 2 ] || { echo "$arguments: $status $output"; false; }
    [ "${#lines[@]}" -eq 1 ] || { echo "$arguments: $output"; false; }
    [[ "$output" == *"$words"*--help* ]] || { echo "$arguments: $output"; false; }
  done <<'TEXT'
|which scenario?
walk|unknown argument: walk
steady ramp|one scenario at a time
steady --base localhost|--base needs a URL
steady --base http://localhost/x|--base needs a URL
steady --rps|--rps needs a number above 0
steady --rps 0|--rps needs a number above 0
steady --rps many|--rps needs a number above 0
steady --for 5d|--for needs a time
steady --for 0s|at least 1s
steady --warm-up soon|--warm-up needs a time
steady --max-error-share 2|0 to 1
steady --p95-ms fast|--p95-ms needs a number
steady --p99-ms -1|--p99-ms needs a number
steady --out|--out needs a folder
steady --version B|for the scenario rollout
steady --bad-version C|for the scenario rollout
rollout --version B --bad-version C|either
rollout --bad-version a/b|the name of a version
rollout --plan nowhere.json|--plan needs a file
spike --rps 10 --for 1s|less than two at its lowest rate
ramp --rps 4 --for 30s|less than two at its lowest rate
TEXT
}

@test "a rollout at somebody's service needs its token, which is taken from the environment alone" {
  ADMIN_TOKEN='' run scripts/load rollout --base http://127.0.0.1:9 --dry-run
  [ "$status" -eq 2 ]
  [[ "$output" == *ADMIN_TOKEN* ]]
  ADMIN_TOKEN=0123456789abcdef run scripts/load rollout --base http://127.0.0.1:9 --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" != *0123456789abcdef* ]]
}

@test "a dry run prints what would be typed and changes nothing" {
  before=$(snapshot)
  run scripts/load steady --rps 25 --for 2m --p99-ms 250 --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"RATE_LIMIT_RPS=0"*"scripts/serve --port "*"-Drps=25 -Dseconds=120 -DwarmUp=15 "*"-Dp99Ms=250"*" dev.sluice.load.Steady "* ]]
  run scripts/load rollout --version B --dry-run
  [[ "$output" == *"AB_WEIGHT_B=0"*"-Dversion=B -Dharmful=false"*" dev.sluice.load.Rollout "* ]]
  run scripts/load rollout --dry-run
  [[ "$output" == *"-Dversion=C -Dharmful=true"* ]]
  run scripts/load limits --dry-run
  [[ "$output" == *"RATE_LIMIT_RPS=50 RATE_LIMIT_BURST=100"* ]]
  [ "$(snapshot)" = "$before" ]
}

@test "with a URL no service is started" {
  run scripts/load health --base http://127.0.0.1:9 --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" != *scripts/serve* ]]
  [[ "$output" == *"-Dbase=http://127.0.0.1:9 "* ]]
}

@test "a folder is meant where the script was called" {
  cd "$BATS_TEST_TMPDIR"
  run "$ROOT/scripts/load" steady --out there --dry-run
  [[ "$output" == *"-Dout=$BATS_TEST_TMPDIR/there "* ]]
}

@test "where nobody answers it ends with 7, before anything is built" {
  run scripts/load steady --base http://127.0.0.1:9
  [ "$status" -eq 7 ]
  [[ "$output" == *"nobody answers at http://127.0.0.1:9"* ]]
}
