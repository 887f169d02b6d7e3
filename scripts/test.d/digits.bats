#!/usr/bin/env bats
# scripts/digits, against a service that says what a test wants it to say.

load shell

teardown() {
  [ -z "${stub:-}" ] || { kill "$stub" 2>/dev/null && wait "$stub" 2>/dev/null || true; }
}

@test "where nobody answers it says so and ends 7" {
  run scripts/digits --target http://127.0.0.1:9
  [ "$status" -eq 7 ]
  [ "$output" = "scripts/digits: nobody answers at http://127.0.0.1:9: is it started (scripts/serve), and is that its port?" ]
}

@test "whoever is no Sluice is not sent anything" {
  serve_stub '{}'
  SLUICE_TARGET=$url run scripts/digits
  [ "$status" -eq 7 ]
  [[ "$output" == *"whoever answers at $url is no Sluice, or is not well: /health gave 404" ]]
}

@test "without a JDK it says what to install, also where its output goes to a file" {
  run env -i PATH="$(plain_path)" SLUICE_JVM_FOLDERS="$BATS_TEST_TMPDIR/none" "$ROOT/scripts/digits"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"JDK 25 or newer"* ]]
}

@test "sends digits by the JDK that it finds until it is stopped, and then says who answered" {
  serve_stub '{"GET /health": [{"body": {}}], "POST /v1/infer": [{"body": {}, "headers": {"X-Model-Variant": "A"}}]}'
  # A java that is too old comes first on the PATH.
  fake_jdk "$BATS_TEST_TMPDIR/old" 17
  PATH=$BATS_TEST_TMPDIR/old/bin:$PATH scripts/digits --rps 50 --target "$url/" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
  sender=$!
  for ((i = 0; i < 600; i++)); do
    if [ "$(grep -c POST "$requests" || true)" -gt 3 ]; then break; fi
    sleep 0.1
  done
  kill "$sender"
  wait "$sender" || true
  [ "$(cat "$BATS_TEST_TMPDIR/said")" = "sends 50 requests a second, 24 digits each, to $url until it is stopped" ]
  [[ "$(cat "$BATS_TEST_TMPDIR/out")" =~ ^requests\ answered:\ [0-9]+\ \([0-9]+\ A\) ]]
  [ "$(jq -r 'select(.method == "POST") | .body' "$requests" | head -n 1 | jq '.inputs | length')" -eq 24 ]
}

@test "says at once when none of the first requests is answered" {
  serve_stub '{"GET /health": [{"body": {}}], "POST /v1/infer": [{"status": 429, "body": {}}]}'
  scripts/digits --target "$url" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
  sender=$!
  for ((i = 0; i < 600; i++)); do
    if [ "$(wc -l <"$BATS_TEST_TMPDIR/said")" -gt 1 ]; then break; fi
    sleep 0.1
  done
  kill "$sender"
  wait "$sender" || true
  [ "$(tail -n 1 "$BATS_TEST_TMPDIR/said")" = "none of the first 100 requests was answered: 100 (100 status 429); going on" ]
}
