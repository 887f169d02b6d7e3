#!/usr/bin/env bash
# Tries the console: its modules by themselves in Node, then all of it in a real Chromium, served by the packaged service.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/lib/jdk.sh
. scripts/lib/jdk.sh
# shellcheck source=scripts/lib/build.sh
. scripts/lib/build.sh

# The first of them that has a test runner.
NODE_AT_LEAST=18

skip() {
  echo "SKIP ui: $1"
  [ "${CI:-}" != true ] || { echo "CI can run this part, so it must." >&2; exit 1; }
}

node_version() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p'; }

# As the tests look for it.
chromium() {
  local name
  if [ -x "${SLUICE_CHROMIUM:-}" ]; then
    echo "$SLUICE_CHROMIUM"
    return
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then
      return
    fi
  done
}

version=$(node_version)
if [ "${version:-0}" -ge "$NODE_AT_LEAST" ]; then
  echo "The console's modules, by themselves:"
  node --test function/src/test/console/*.test.js
else
  skip "the modules' own tests need Node $NODE_AT_LEAST or newer (Debian: apt-get install nodejs)"
fi

browser=$(chromium)
if [ -z "$browser" ]; then
  skip "no Chromium (Debian: apt-get install chromium), or name it in SLUICE_CHROMIUM"
  exit 0
fi
echo "The console, in $browser:"
find_jdk
maven verify -Pui
