#!/usr/bin/env bats
# What holds for every script.

load shell

commands() {
  local file
  for file in scripts/*; do
    if [ -f "$file" ]; then echo "$file"; fi
  done
}

@test "every script explains itself" {
  for script in $(commands); do
    run "$script" --help
    [ "$status" -eq 0 ] || { echo "$script: $status"; false; }
    [[ "${lines[0]}" == Usage:* ]] || { echo "$script: ${lines[0]}"; false; }
  done
}

@test "every script answers wrong use by 2 and one line that names the way out" {
  for script in $(commands); do
    # The word alone may be the name of a rollout.
    run "$script" no-such-word --no-such-option
    [ "$status" -eq 2 ] || { echo "$script: $status"; false; }
    [ "${#lines[@]}" -eq 1 ] || { echo "$script: $output"; false; }
    [[ "$output" == *--help* ]] || { echo "$script: $output"; false; }
  done
}

@test "every script has an option without its value refused" {
  for command in "serve --port" "serve --port http" "serve --models" "serve --models nowhere" "digits --rps" "digits --rps 0" "digits --rps many" "digits --target" "digits --target nowhere" "demo --port" "demo --port http" "package --out" "package --train" "backtest --runs" "deploy --bucket" "deploy --zip"; do
    run scripts/$command
    [ "$status" -eq 2 ] || { echo "$command: $status $output"; false; }
  done
}

@test "a dry run prints what would be typed and changes nothing" {
  before=$(snapshot)
  run scripts/serve --port 9000 --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"-jar function/target/sluice.jar"* ]]
  run scripts/demo --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"scripts/serve --port"*"scripts/digits --rps"*"--version B"*"--version C"* ]]
  run scripts/digits --rps 5 --target http://127.0.0.1:9000/,http://127.0.0.1:9001 --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"/bin/java "*"DigitLoad.java http://127.0.0.1:9000"*"http://127.0.0.1:9001 5 " ]]
  run scripts/package --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"scripts/package --train function/target/package"* ]]
  run scripts/test all --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *" verify"*"package.sh"*"bats"*"infra"*"ui.sh"*"dash.sh"*"stack.sh"*"load.sh"*"scripts/check"* ]]
  run scripts/test unit -Dtest='Rendezvous*' --dry-run
  [[ "$output" == "mvn "*" test -Dtest=Rendezvous"* ]]
  run scripts/models make --dry-run
  [[ "$output" == *"models/train.py"* ]]
  run scripts/check --dry-run
  [ "$status" -eq 0 ]
  [ "$(snapshot)" = "$before" ]
}

@test "shellcheck finds nothing" {
  shellcheck -x $(commands | grep -v '\.js$') scripts/lib/*.sh scripts/lib/sluice scripts/lib/nginx-conf scripts/lib/stack-demo scripts/test.d/*.sh scripts/test.d/*.bash .ci/run
}

@test "arguments for Maven without a part go to unit and integration tests" {
  run scripts/test -Dtest=None --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == "mvn "*" verify -Dtest=None" ]]
}

@test "the part lint names its linters, and is strict exactly where CI is true" {
  for ci in '' 1 false; do
    CI=$ci run scripts/test lint --dry-run
    [ "$status" -eq 0 ]
    [[ "$output" == "scripts/check files shell yaml "* ]] || { echo "CI=$ci: $output"; false; }
  done
  CI=true run scripts/test lint --dry-run
  [[ "$output" == "scripts/check --strict files shell yaml "* ]]
  run scripts/test --help
  [[ "$output" == *"files shell yaml actions compose python json infra; docker and kubernetes where"* ]]
}

@test "a part that cannot run says so, and is a failure in CI" {
  fake_jdk "$BATS_TEST_TMPDIR/jdk" 25
  run env -i PATH="$(plain_path)" SLUICE_JAVA_HOME="$BATS_TEST_TMPDIR/jdk" "$ROOT/scripts/test" scripts
  [ "$status" -eq 0 ]
  [[ "$output" == "SKIP scripts: bats is not installed"* ]]
  run env -i PATH="$(plain_path)" SLUICE_JAVA_HOME="$BATS_TEST_TMPDIR/jdk" CI=true "$ROOT/scripts/test" scripts
  [ "$status" -eq 1 ]
}

@test "the part infra names the tool that is missing, needs no JDK, and is a failure in CI" {
  run env -i PATH="$(plain_path)" "$ROOT/scripts/test" infra
  [ "$status" -eq 0 ]
  [ "$output" = "SKIP infra: terraform is not installed (1.9 or newer)" ]
  printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/tools/terraform"
  chmod +x "$BATS_TEST_TMPDIR/tools/terraform"
  run env -i PATH="$(plain_path)" "$ROOT/scripts/test" infra
  [[ "$output" == "SKIP infra: moto_server is not installed"* ]]
  ln -s terraform "$BATS_TEST_TMPDIR/tools/moto_server"
  run env -i PATH="$(plain_path)" "$ROOT/scripts/test" infra
  [[ "$output" == "SKIP infra: python3 has no boto3"* ]]
  run env -i PATH="$(plain_path)" CI=true "$ROOT/scripts/test" infra
  [ "$status" -eq 1 ]
  [[ "$output" == *"CI can run this part, so it must."* ]]
}

@test "Maven is told what keeps its own warnings away, beside what MAVEN_OPTS says" {
  fake_jdk "$BATS_TEST_TMPDIR/jdk" 25
  tools=$(plain_path)
  printf '#!/bin/sh\necho "$MAVEN_OPTS / $*"\n' >"$tools/mvn"
  chmod +x "$tools/mvn"
  run env -i PATH="$tools" SLUICE_JAVA_HOME="$BATS_TEST_TMPDIR/jdk" MAVEN_OPTS=-Xmx300m "$ROOT/scripts/test" unit
  [ "$status" -eq 0 ]
  [ "$output" = "--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Djansi.noreset=true -Xmx300m / -B -ntp -Dstyle.color=never test" ]
}

@test "without Maven one line says what to install" {
  fake_jdk "$BATS_TEST_TMPDIR/jdk" 25
  run env -i PATH="$(plain_path)" SLUICE_JAVA_HOME="$BATS_TEST_TMPDIR/jdk" "$ROOT/scripts/test" unit
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"apt-get install maven"* ]]
}
