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
