#!/usr/bin/env bats
# What must hold for the image, as far as its recipe shows it.

load shell

# The lines of the last stage, continued ones joined.
final_stage() {
  sed -e ':a' -e '/\\$/N; s/\\\n */ /; ta' function/Dockerfile | awk '/^FROM/ { text = "" } { text = text $0 "\n" } END { printf "%s", text }'
}

@test "every base is a named version with glibc" {
  run grep -E '^FROM' function/Dockerfile
  [[ "$output" != *latest* ]]
  [[ "$output" != *alpine* ]]
  for image in $(sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' function/Dockerfile); do
    [[ "$image" == *25* ]] || { echo "$image"; false; }
  done
}

@test "the cache is trained on the base that serves" {
  grep -q '^FROM runtime AS trained$' function/Dockerfile
  [ "$(final_stage | head -n 1)" = "FROM runtime" ]
}

@test "serves as a numeric user, on 8080, from /data, with a health check" {
  stage=$(final_stage)
  grep -qE '^USER [1-9][0-9]*:[1-9][0-9]*$' <<<"$stage"
  grep -q '^EXPOSE 8080$' <<<"$stage"
  grep -q '^VOLUME /data$' <<<"$stage"
  grep -q '^STOPSIGNAL SIGTERM$' <<<"$stage"
  grep -q '^HEALTHCHECK .*"--healthcheck"\]$' <<<"$stage"
  grep -q '^ENTRYPOINT \["/opt/sluice/bin/sluice"\]$' <<<"$stage"
  for setting in HOST=0.0.0.0 DATA_DIR=/data MALLOC_ARENA_MAX=2 ORT_DISABLE_TELEMETRY=1; do
    grep -q "^ENV .*$setting" <<<"$stage" || { echo "$setting"; false; }
  done
  # 8080 is the default; set here, it would win over the port that a platform names.
  [ "$(grep -c "PORT=" <<<"$stage")" -eq 0 ]
}

@test "the folder of the data is there before the user loses its rights" {
  stage=$(final_stage)
  [ "$(grep -n '^RUN install -d' <<<"$stage" | cut -d : -f 1)" -lt "$(grep -n '^USER' <<<"$stage" | cut -d : -f 1)" ]
}

@test "actions are pinned by commit, and hold no credentials" {
  run grep -hE '^ *(- )?uses:' .github/workflows/*.yml
  for line in "${lines[@]}"; do
    [[ "$line" =~ @[0-9a-f]{40}\ #\ v[0-9] ]] || { echo "$line"; false; }
  done
  for workflow in .github/workflows/*.yml; do
    [ "$(grep -c 'actions/checkout@' "$workflow")" -eq "$(grep -c 'persist-credentials: false' "$workflow")" ]
    grep -q '^permissions:' "$workflow"
    grep -q 'timeout-minutes:' "$workflow"
  done
}

@test "the start script refuses an old Java in one line" {
  mkdir -p "$BATS_TEST_TMPDIR/package/bin" "$BATS_TEST_TMPDIR/old/bin"
  cp scripts/lib/sluice "$BATS_TEST_TMPDIR/package/bin/"
  printf '#!/bin/sh\necho started\n' >"$BATS_TEST_TMPDIR/old/bin/java"
  chmod +x "$BATS_TEST_TMPDIR/old/bin/java"
  echo 'JAVA_VERSION="17.0.15"' >"$BATS_TEST_TMPDIR/old/release"
  run env JAVA_HOME="$BATS_TEST_TMPDIR/old" "$BATS_TEST_TMPDIR/package/bin/sluice"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"Java 21 or newer"*17* ]]
}

@test "packaging does not overwrite a folder that is something else" {
  [ -f function/target/sluice.jar ] || skip "function/target/sluice.jar is not built"
  echo mine >"$BATS_TEST_TMPDIR/file"
  SLUICE_BUILD=off run scripts/package --no-cache --out "$BATS_TEST_TMPDIR"
  [ "$status" -eq 1 ]
  [ "$(cat "$BATS_TEST_TMPDIR/file")" = mine ]
}
