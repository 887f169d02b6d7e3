#!/usr/bin/env bats
# scripts/serve, started for real from the jar that is built.

load shell

teardown() {
  [ -z "${service:-}" ] || { kill "$service" 2>/dev/null && wait "$service" || true; }
}

serve() {
  [ -f function/target/sluice.jar ] || skip "function/target/sluice.jar is not built"
  SLUICE_BUILD=off DRAIN_SECONDS=0 DATA_DIR=$BATS_TEST_TMPDIR/data scripts/serve --port 0 "$@" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
  service=$!
  for ((i = 0; i < 600; i++)); do
    if grep -q '^Try: ' "$BATS_TEST_TMPDIR/out"; then return 0; fi
    kill -0 "$service" || break
    sleep 0.1
  done
  cat "$BATS_TEST_TMPDIR/out"
  return 1
}

@test "prints the URL, and a call that works as it is printed" {
  serve
  url=$(sed -n 's/^Sluice serves at //p' "$BATS_TEST_TMPDIR/out")
  [[ "$url" =~ ^http://127\.0\.0\.1:[0-9]+$ ]]
  run bash -c "$(sed -n 's/^Try: curl/curl -sS/p' "$BATS_TEST_TMPDIR/out")"
  [ "$status" -eq 0 ]
  [[ "$output" == *'"prediction value":"love"'* ]]
  grep -q '^Console: off' "$BATS_TEST_TMPDIR/out"
}

@test "takes settings from the .env file" {
  printf 'ADMIN_TOKEN=0123456789abcdef\nAB_WEIGHT_A=0.25\nAB_WEIGHT_B=0.75\n' >"$SLUICE_ENV_FILE"
  serve
  url=$(sed -n 's/^Sluice serves at //p' "$BATS_TEST_TMPDIR/out")
  run curl -sS "$url/admin/config" -H 'Authorization: Bearer 0123456789abcdef'
  [[ "$output" == *0.25* ]]
  grep -q "^Console: $url/console" "$BATS_TEST_TMPDIR/out"
}

@test "ends with 2 and every fault when settings are wrong" {
  [ -f function/target/sluice.jar ] || skip "function/target/sluice.jar is not built"
  export SLUICE_BUILD=off DATA_DIR=$BATS_TEST_TMPDIR/data
  RATE_LIMIT_RPS=many MAX_BATCH=0 run scripts/serve --port 0
  [ "$status" -eq 2 ]
  [[ "$output" == *MAX_BATCH* ]]
  [[ "$output" == *RATE_LIMIT_RPS* ]]
}
