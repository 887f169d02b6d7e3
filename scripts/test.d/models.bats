#!/usr/bin/env bats
# scripts/models and the cards.

load shell

@test "lists every model file with its numbers" {
  run scripts/models list
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq $(($(jq length models/cards.json) + 1)) ]
  [[ "$output" =~ digits\ +A\ +3350\ +0\.964\ +4f9a0f89 ]]
}

@test "the files are what the cards say" {
  run scripts/models verify
  [ "$status" -eq 0 ]
}

@test "a changed and a missing file are found" {
  mkdir -p "$BATS_TEST_TMPDIR/copy"
  cp -r scripts models "$BATS_TEST_TMPDIR/copy/"
  cd "$BATS_TEST_TMPDIR/copy"
  echo more >>models/vA.onnx
  rm models/vB.onnx
  run scripts/models verify
  [ "$status" -eq 1 ]
  [[ "$output" == *"CHANGED vA.onnx"* ]]
  [[ "$output" == *"MISSING vB.onnx"* ]]
}

@test "make without Python says what to install" {
  run env -i PATH="$(plain_path)" "$ROOT/scripts/models" make
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *python3* ]]
}

@test "validate takes a shipped model in the place of another" {
  run scripts/models validate models/vB.onnx --like models/vA.onnx
  [ "$status" -eq 0 ]
  [[ "$output" == *"can be served"* ]]
}

@test "validate refuses another kind of model by 1 and says what differs" {
  run scripts/models validate models/sms/v1/model.onnx --like models/vA.onnx --output json
  [ "$status" -eq 1 ]
  [ "$(jq -r .valid <<<"$output")" = false ]
  [[ "$(jq -r '.faults[0]' <<<"$output")" == *"takes texts"* ]]
}

@test "validate refuses a file that is no model, a relative one of the caller's" {
  root=$PWD
  cd "$BATS_TEST_TMPDIR"
  echo "no model" >"my model.onnx"
  run "$root/scripts/models" validate "my model.onnx"
  [ "$status" -eq 1 ]
  [[ "${lines[0]}" == *"refused"* ]]
}

@test "validate is refused by 2 and one line without a file, or with an option that is none" {
  for arguments in "validate" "validate --like" "validate a.onnx b.onnx" "validate a.onnx --output xml" "list --like a"; do
    # shellcheck disable=SC2086
    run scripts/models $arguments
    [ "$status" -eq 2 ] || { echo "$arguments: $status $output"; false; }
    [ "${#lines[@]}" -eq 1 ]
  done
}

@test "a dry run of validate prints what would be typed" {
  run scripts/models validate models/vB.onnx --like models/vA.onnx --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"dev.sluice.config.Validate "*"/models/vB.onnx --like "*"/models/vA.onnx "* ]]
}
