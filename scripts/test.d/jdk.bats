#!/usr/bin/env bats
# Which JDK the scripts take.

load shell

# find [NAME=VALUE …]: the JDK that is found with nothing else around.
find_with() {
  env -i PATH="$(plain_path)" HOME="$BATS_TEST_TMPDIR/home" SLUICE_JVM_FOLDERS="$BATS_TEST_TMPDIR/jvm/*" "$@" \
    bash -c ". '$ROOT/scripts/lib/jdk.sh' && find_jdk && echo \"\$JAVA_HOME\""
}

@test "SLUICE_JAVA_HOME comes first" {
  fake_jdk "$BATS_TEST_TMPDIR/mine" 26
  fake_jdk "$BATS_TEST_TMPDIR/other" 25
  fake_jdk "$BATS_TEST_TMPDIR/jvm/jdk-25" 25
  run find_with SLUICE_JAVA_HOME="$BATS_TEST_TMPDIR/mine" JAVA_HOME="$BATS_TEST_TMPDIR/other"
  [ "$status" -eq 0 ]
  [ "$output" = "$BATS_TEST_TMPDIR/mine" ]
}

@test "a JDK that is too old is passed over, wherever it is named" {
  fake_jdk "$BATS_TEST_TMPDIR/old" 17
  fake_jdk "$BATS_TEST_TMPDIR/jvm/a-21" 21
  fake_jdk "$BATS_TEST_TMPDIR/jvm/b-25" 25
  run find_with SLUICE_JAVA_HOME="$BATS_TEST_TMPDIR/old" JAVA_HOME="$BATS_TEST_TMPDIR/old"
  [ "$status" -eq 0 ]
  [ "$output" = "$BATS_TEST_TMPDIR/jvm/b-25" ]
}

@test "Java 8 with its version 1.8 is passed over" {
  fake_jdk "$BATS_TEST_TMPDIR/jvm/a-8" 1.8
  fake_jdk "$BATS_TEST_TMPDIR/jvm/b-25" 25
  run find_with
  [ "$output" = "$BATS_TEST_TMPDIR/jvm/b-25" ]
}

@test "a runtime without a compiler is passed over" {
  fake_jdk "$BATS_TEST_TMPDIR/jvm/a-25-jre" 25 jre
  fake_jdk "$BATS_TEST_TMPDIR/jvm/b-25" 25
  run find_with
  [ "$output" = "$BATS_TEST_TMPDIR/jvm/b-25" ]
}

@test "the javac on PATH is found through its links" {
  fake_jdk "$BATS_TEST_TMPDIR/there" 25
  tools=$(plain_path)
  ln -s "$BATS_TEST_TMPDIR/there/bin/javac" "$tools/javac"
  run find_with
  [ "$output" = "$BATS_TEST_TMPDIR/there" ]
}

@test "sdkman's folders are looked at" {
  fake_jdk "$BATS_TEST_TMPDIR/home/.sdkman/candidates/java/25.0.1-tem" 25
  run find_with
  [ "$output" = "$BATS_TEST_TMPDIR/home/.sdkman/candidates/java/25.0.1-tem" ]
}

@test "none at all is one line that says what to install" {
  run find_with
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"JDK 25 or newer"*SLUICE_JAVA_HOME* ]]
}

@test "scripts/serve ends with that line too" {
  run env -i PATH="$(plain_path)" SLUICE_JVM_FOLDERS="$BATS_TEST_TMPDIR/none" "$ROOT/scripts/serve"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"JDK 25 or newer"* ]]
}
