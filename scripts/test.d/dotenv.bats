#!/usr/bin/env bats
# How a .env file is read.

load shell

read_with() {
  env -i PATH="$PATH" "$@" bash -c ". '$ROOT/scripts/lib/dotenv.sh' && read_dotenv '$BATS_TEST_TMPDIR/.env' && env"
}

@test "names and values are taken as they stand, nothing is run" {
  cat >"$BATS_TEST_TMPDIR/.env" <<'TEXT'
# A comment, and an empty line

RATE_LIMIT_RPS=0
export API_KEYS=a=b,c
ADMIN_TOKEN="in quotes"
VIEWER_TOKEN='$(touch here) `date`'
TEXT
  printf 'LAST=without a line end' >>"$BATS_TEST_TMPDIR/.env"
  run read_with
  [ "$status" -eq 0 ]
  [[ "$output" == *RATE_LIMIT_RPS=0* ]]
  [[ "$output" == *API_KEYS=a=b,c* ]]
  [[ "$output" == *"ADMIN_TOKEN=in quotes"* ]]
  [[ "$output" == *'VIEWER_TOKEN=$(touch here) `date`'* ]]
  [[ "$output" == *"LAST=without a line end"* ]]
}

@test "the environment wins, even when it says nothing" {
  echo 'STICKY_COOKIE=from_file' >"$BATS_TEST_TMPDIR/.env"
  run read_with STICKY_COOKIE=
  [[ "$output" != *from_file* ]]
}

@test "lines of another system's editor are understood" {
  printf 'PORT=9000\r\n' >"$BATS_TEST_TMPDIR/.env"
  run read_with
  [[ "$output" == *"PORT=9000"* ]]
  [[ "$output" != *$'\r'* ]]
}

@test "a line that is none of it is refused with its number" {
  printf 'PORT=9000\nrm -rf x\n' >"$BATS_TEST_TMPDIR/.env"
  run read_with
  [ "$status" -eq 1 ]
  [[ "$output" == *".env:2: not NAME=value"* ]]
}

@test "a missing file is no fault" {
  run read_with
  [ "$status" -eq 0 ]
}
