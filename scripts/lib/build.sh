# shellcheck shell=bash
# Builds Sluice where that is needed. Sourced after jdk.sh, from the repository's root.

SLUICE_JAR=function/target/sluice.jar

maven() {
  command -v mvn >/dev/null || {
    echo "Sluice is built by Maven 3.8 or newer: install it (Debian: apt-get install maven)." >&2
    return 1
  }
  # Maven's own libraries make a JDK from 24 on warn of things that nobody here can mend, and its console library writes codes
  # for a terminal where none is.
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Djansi.noreset=true ${MAVEN_OPTS:-}" \
    mvn -B -ntp -Dstyle.color=never "$@"
}

# Whether the jar is missing or older than what it is made of.
stale() {
  [ ! -f "$SLUICE_JAR" ] ||
    [ -n "$(find pom.xml function/pom.xml function/src/main -newer "$SLUICE_JAR" -type f -print | head -n 1)" ]
}

# SLUICE_BUILD=off takes the jar as it is: for whoever has just built it, or has no Maven.
build_if_stale() {
  if [ "${SLUICE_BUILD:-on}" = off ] || ! stale; then
    return 0
  fi
  echo "Building Sluice (the first time takes some minutes) …" >&2
  maven -q -Dmaven.test.skip=true package >&2 || {
    echo "The build failed; see above." >&2
    return 1
  }
}

# What build_if_stale would run, in the form in which it would be typed.
print_build_if_stale() {
  if [ "${SLUICE_BUILD:-on}" != off ] && stale; then
    echo "mvn -B -ntp -Dstyle.color=never -q -Dmaven.test.skip=true package"
  fi
}
