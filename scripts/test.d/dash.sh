#!/usr/bin/env bash
# Tries dashboards/: a real Prometheus scrapes the packaged service, with nginx before it and a rollout running, until everything
# that is asked has an answer, and a rollback is an alert. Prometheus' own checks and the tests of the alerts are unit tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/lib/jdk.sh
. scripts/lib/jdk.sh
# shellcheck source=scripts/lib/build.sh
. scripts/lib/build.sh

missing() {
  echo "SKIP dash: $1 is not installed (Debian: apt-get install $2)"
  [ "${CI:-}" != true ] || { echo "CI can run this part, so it must." >&2; exit 1; }
  exit 0
}
command -v prometheus >/dev/null || missing prometheus prometheus
command -v prometheus-nginx-exporter >/dev/null || missing prometheus-nginx-exporter prometheus-nginx-exporter
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || missing nginx nginx

find_jdk
maven verify -DskipUnitTests -Dit.test=DashboardsIT -Dfailsafe.failIfNoSpecifiedTests=false
echo "dash: $SECONDS s"
