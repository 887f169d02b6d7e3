#!/usr/bin/env bats
# scripts/backtest: what it hands to the program. What the program does with it, its own tests hold.

load shell

@test "a dry run prints what would be typed, values quoted" {
  before=$(snapshot)
  run scripts/backtest --preset fast --errors 0.5% --effect 'errors=3x,latency=+20%' --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"-cp function/target/sluice.jar dev.sluice.config.BacktestCommand --preset fast --errors 0.5% --effect "* ]]
  [ "$(snapshot)" = "$before" ]
}

@test "help names every preset, every gate and every exit code" {
  run scripts/backtest --help
  [ "$status" -eq 0 ]
  for word in canary cautious fast ab-test latency-check error-ceiling thresholds \
    --max-false-rollbacks --max-wrong-promotions "5 a gate failed" "2 wrong use"; do
    [[ "$output" == *"$word"* ]] || { echo "missing: $word"; false; }
  done
}

@test "a few runs print a row for each canary, twice the same" {
  run scripts/backtest --runs 2 --hours 0.2 --quiet
  [ "$status" -eq 0 ]
  [[ "$output" == *"canary: 1, 5, 25, 50 % of the traffic, each on proof, promoted on proof"* ]]
  [[ "$output" == *"as good as stable"*"2x errors"*"5x errors"*"+30 % latency"*"edge of error_rate"* ]]
  first=$output
  run scripts/backtest --runs 2 --hours 0.2 --quiet --threads 1
  [ "$output" = "$first" ]
}

@test "JSON is one document" {
  run scripts/backtest --runs 2 --hours 0.2 --quiet --output json --effect errors=3x
  [ "$status" -eq 0 ]
  [ "$(jq -r '.presets[0].scenarios[0].effect.error_ratio' <<<"$output")" = 3 ]
}

@test "wrong use is one line and 2, a missing file one line and 1" {
  run scripts/backtest --rate fast
  [ "$status" -eq 2 ]
  [ "${#lines[@]}" -eq 1 ]
  run scripts/backtest --windows "$BATS_TEST_TMPDIR/none"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
}

@test "a relative file of windows is the caller's" {
  root=$PWD
  cd "$BATS_TEST_TMPDIR"
  run "$root/scripts/backtest" --windows 'my windows.jsonl' --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"--windows $(printf %q "$BATS_TEST_TMPDIR/my windows.jsonl")"* ]]
  run "$root/scripts/backtest" --windows /somewhere/windows.jsonl --dry-run
  [[ "$output" == *"--windows /somewhere/windows.jsonl"* ]]
}
