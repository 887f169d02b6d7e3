#!/usr/bin/env bats
# What must not be committed is found.

load shell

# file NAME TEXT: in a folder of this test, as printf writes it.
file() {
  # shellcheck disable=SC2059
  printf "$2" >"$BATS_TEST_TMPDIR/$1"
}

# A PATH without any linter.
minimal_path() {
  local tool
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  for tool in bash dirname git cut basename; do
    ln -sf "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"
  done
  echo "$BATS_TEST_TMPDIR/bin"
}

guard() {
  run scripts/lib/guard.sh "$1" "$BATS_TEST_TMPDIR/$2"
}

@test "clean files pass" {
  file clean.txt 'one\ntwo\n'
  file page.md 'a line  \nbroken\n'
  for look in whitespace keys size; do
    guard "$look" clean.txt
    [ "$status" -eq 0 ]
    guard "$look" page.md
    [ "$status" -eq 0 ]
  done
}

@test "blanks at ends of lines, carriage returns, marks of a merge and a line without end are found" {
  file blank.txt 'one\ntwo \n'
  guard whitespace blank.txt
  [ "$status" -eq 1 ]
  [[ "$output" == *"blank.txt:2: blanks at the end of the line" ]]
  file page.md 'one \n'
  guard whitespace page.md
  [ "$status" -eq 1 ]
  file windows.txt 'one\r\n'
  guard whitespace windows.txt
  [ "$status" -eq 1 ]
  file merged.txt '<<<<<<< HEAD\n'
  guard whitespace merged.txt
  [ "$status" -eq 1 ]
  file open.txt 'one'
  guard whitespace open.txt
  [[ "$output" == *"the last line has no end" ]]
}

@test "keys are found and not shown" {
  printf -- '-----BEGIN EC %s KEY-----\nMIIsecret\n' PRIVATE >"$BATS_TEST_TMPDIR/private.pem"
  guard keys private.pem
  [ "$status" -eq 1 ]
  [[ "$output" == *"private.pem:1: a private key" ]]
  [[ "$output" != *secret* ]]
  printf 'aws = "%s%s"\n' AKIA ABCDEFGHIJKLMNOP >"$BATS_TEST_TMPDIR/aws.tf"
  guard keys aws.tf
  [ "$status" -eq 1 ]
  [[ "$output" != *ABCDEFGH* ]]
}

@test "large files are found" {
  head -c 2000001 /dev/zero >"$BATS_TEST_TMPDIR/large.bin"
  guard size large.bin
  [ "$status" -eq 1 ]
}

@test "wrong use is 2, and what was deleted is no finding" {
  run scripts/lib/guard.sh
  [ "$status" -eq 2 ]
  run scripts/lib/guard.sh nonsense README.md
  [ "$status" -eq 2 ]
  guard whitespace gone.txt
  [ "$status" -eq 0 ]
}

@test "a missing linter is a finding for whoever asks for all of them" {
  run env PATH="$(minimal_path)" scripts/check infra
  [ "$status" -eq 0 ]
  [[ "$output" == "missing infra:"* ]]
  run env PATH="$(minimal_path)" scripts/check --strict infra
  [ "$status" -eq 1 ]
}

# fake_dclint COMMANDS: runs scripts/check with one that finds nothing in the compose file, and does so with a copy of it.
fake_dclint() {
  mkdir -p "$BATS_TEST_TMPDIR/fake" "$BATS_TEST_TMPDIR/tmp"
  # shellcheck disable=SC2016 # for the script
  printf '#!/bin/sh\ncase "$1" in infra/*) exit 0 ;; esac\n%s\n' "$1" >"$BATS_TEST_TMPDIR/fake/dclint"
  chmod +x "$BATS_TEST_TMPDIR/fake/dclint"
  run env TMPDIR="$BATS_TEST_TMPDIR/tmp" PATH="$BATS_TEST_TMPDIR/fake:$PATH" scripts/check compose
}

@test "dclint has to find a misspelt key, and failing for another reason is not that" {
  fake_dclint 'echo "must NOT have additional properties"; exit 1'
  [ "$status" -eq 0 ]
  [[ "$output" == *"ok compose, a misspelt key"* ]]
  fake_dclint 'exit 0'
  [ "$status" -eq 1 ]
  fake_dclint 'echo "Cannot find module"; exit 1'
  [ "$status" -eq 1 ]
  [[ "$output" == *"It says: Cannot find module"* ]]
  [ -z "$(ls -A "$BATS_TEST_TMPDIR/tmp")" ]
}
