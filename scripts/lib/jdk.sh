# shellcheck shell=bash
# Finds a JDK that can build Sluice and exports it as JAVA_HOME. Sourced, not run.
#
# Takes the first of $SLUICE_JAVA_HOME, $JAVA_HOME, the `javac` on PATH and the usual folders of the system, of sdkman and
# of IDEs that is version 25 or newer and has a compiler.

SLUICE_JDK_AT_LEAST=25

# Prints the specification version of a JDK's folder, such as 25; nothing when it is no JDK.
jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  "$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = \([0-9]*\).*$/\1/p'
}

# Prints the folder of the javac on PATH, links followed; nothing when there is none.
jdk_on_path() {
  local tool link
  tool=$(command -v javac) || return 0
  while [ -L "$tool" ]; do
    link=$(readlink "$tool")
    case "$link" in /*) tool=$link ;; *) tool=$(dirname "$tool")/$link ;; esac
  done
  dirname "$(dirname "$tool")"
}

# SLUICE_JVM_FOLDERS (a glob) takes the place of the usual folders; the tests of these scripts need that.
find_jdk() {
  local home version
  # A pattern that matches nothing stays as it is, and is no JDK either.
  # shellcheck disable=SC2086
  for home in "${SLUICE_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(jdk_on_path)" \
    ${SLUICE_JVM_FOLDERS:-/usr/lib/jvm/*25* /usr/lib/jvm/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home} \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    [ -n "$home" ] || continue
    version=$(jdk_version "$home")
    if [ "${version:-0}" -ge "$SLUICE_JDK_AT_LEAST" ]; then
      export JAVA_HOME=$home
      export PATH=$JAVA_HOME/bin:$PATH
      return 0
    fi
  done
  echo "Sluice needs a JDK $SLUICE_JDK_AT_LEAST or newer: install one (for example Temurin $SLUICE_JDK_AT_LEAST) or set SLUICE_JAVA_HOME to its folder." >&2
  return 1
}
