#!/usr/bin/env bash
# Tries the local stack as far as that goes without Docker: its compose file linted, its nginx (Debian's, by the same template)
# in front of three processes on a PostgreSQL, scripts/smoke against it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/lib/jdk.sh
. scripts/lib/jdk.sh
# shellcheck source=scripts/lib/build.sh
. scripts/lib/build.sh

# skip PART WHY: a failure where CI says that it must run.
skip() {
  echo "SKIP $1: $2"
  [ "${CI:-}" != true ] || { echo "CI can run this part, so it must." >&2; exit 1; }
}

# The linter's order of keys and services is alphabetical; here they stand in the order in which one reads them. That ports are
# quoted is so, but for those that have a variable's braces in them, which it does not see through.
lint() {
  local linter
  linter=$(command -v dclint || true)
  if [ -z "$linter" ] && command -v npm >/dev/null; then
    linter=$(npm root -g)/dclint/bin/dclint.cjs
  fi
  if [ ! -x "$linter" ]; then
    skip "the compose file" "dclint is not installed (npm install --global dclint@3.1.0)"
    return
  fi
  "$linter" infra/local/compose.yaml --max-warnings 0 --disable-rule require-quotes-in-ports --disable-rule service-keys-order \
    --disable-rule service-ports-alphabetical-order --disable-rule services-alphabetical-order \
    --disable-rule top-level-properties-order
  # It says nothing when all is well; it must not say nothing because it looks at nothing.
  if sed 's/read_only/read_olny/' infra/local/compose.yaml | lint_of_a_mistake "$linter"; then
    echo "FAILED dclint takes a misspelt key" >&2
    exit 1
  fi
  echo "ok compose file: dclint finds nothing, and finds a misspelt key"
}

lint_of_a_mistake() {
  local folder
  folder=$(mktemp -d)
  cat >"$folder/compose.yaml"
  "$1" --quiet "$folder/compose.yaml" >/dev/null 2>&1 && rm -r "$folder"
}

lint
for tool in nginx openssl curl; do
  PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || { skip "the front door" "$tool is not installed (Debian: apt-get install $tool)"; exit 0; }
done
command -v prometheus-nginx-exporter >/dev/null ||
  skip "the exporter" "prometheus-nginx-exporter is not installed (Debian: apt-get install prometheus-nginx-exporter)"
find_jdk
maven -q verify -Dtest='NginxFrontTest,LocalStackTest' -Dit.test=StackIT \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
echo "ok nginx by infra/local/nginx.conf.template, three processes behind it, scripts/smoke"
