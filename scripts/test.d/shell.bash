# shellcheck shell=bash
# What the tests of the scripts share.

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  export ROOT=$PWD
  # Settings of whoever runs the tests do not count.
  unset PORT HOST DATA_DIR MODELS_DIR JAVA_OPTS SLUICE_BUILD
  export SLUICE_ENV_FILE=$BATS_TEST_TMPDIR/no.env
}

# fake_jdk FOLDER VERSION [jre]
fake_jdk() {
  mkdir -p "$1/bin"
  printf '#!/bin/sh\necho "    java.specification.version = %s" >&2\n' "$2" >"$1/bin/java"
  chmod +x "$1/bin/java"
  [ "${3:-}" = jre ] || cp "$1/bin/java" "$1/bin/javac"
}

# A PATH with tools, and without any Java or Maven.
plain_path() {
  local tool
  mkdir -p "$BATS_TEST_TMPDIR/tools"
  for tool in bash env sh sed dirname readlink head find cat mkdir awk; do
    ln -sf "$(command -v "$tool")" "$BATS_TEST_TMPDIR/tools/$tool"
  done
  echo "$BATS_TEST_TMPDIR/tools"
}

# What the repository looks like: to show that a command changed nothing.
snapshot() {
  find . -path ./.git -prune -o -type f -print0 | xargs -0 ls -l --time-style=full-iso | sort | cksum
}

# serve_stub SCENARIO: starts a service that says what a test wants it to say at `url`, as process `stub`; `requests` then holds what
# it was asked.
# shellcheck disable=SC2034 # tests look at them
serve_stub() {
  requests=$BATS_TEST_TMPDIR/requests
  rm -f "$BATS_TEST_TMPDIR/port" "$requests"
  printf '%s' "$1" >"$BATS_TEST_TMPDIR/scenario"
  python3 scripts/test.d/stub.py "$BATS_TEST_TMPDIR/scenario" "$BATS_TEST_TMPDIR/port" "$requests" 3>&- &
  stub=$!
  for ((i = 0; i < 600; i++)); do
    if [ -f "$BATS_TEST_TMPDIR/port" ]; then break; fi
    sleep 0.05
  done
  url=http://127.0.0.1:$(cat "$BATS_TEST_TMPDIR/port")
}
