# Finds a JDK that can build Sluice and exports it as JAVA_HOME. Sourced, not run.
#
# Takes the first of $SLUICE_JAVA_HOME, $JAVA_HOME, the usual folders of the system and of sdkman, and the `java` on PATH
# that is version 25 or newer and has a compiler.

SLUICE_JDK_AT_LEAST=25

# Prints the specification version of a JDK's folder, such as 25; nothing when it is no JDK.
jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  "$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = \([0-9]*\).*$/\1/p'
}

find_jdk() {
  local home version on_path candidates=()
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  candidates=(
    "${SLUICE_JAVA_HOME:-}" "${JAVA_HOME:-}"
    /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$on_path"
  )
  for home in "${candidates[@]}"; do
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
