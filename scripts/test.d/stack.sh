#!/usr/bin/env bash
# Tries the local stack as far as that goes without Docker: its nginx (Debian's, by the same template) in front of three processes
# on a PostgreSQL, scripts/smoke against it. scripts/check compose lints its compose file.
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

for tool in nginx openssl curl; do
  PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || { skip "the front door" "$tool is not installed (Debian: apt-get install $tool)"; exit 0; }
done
command -v prometheus-nginx-exporter >/dev/null ||
  skip "the exporter" "prometheus-nginx-exporter is not installed (Debian: apt-get install prometheus-nginx-exporter)"
find_jdk
maven -q verify -Dtest='NginxFrontTest,NginxLimitsTest,LocalStackTest' -Dit.test=StackIT \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
echo "ok nginx by infra/local/nginx.conf.template, three processes behind it, scripts/smoke"
