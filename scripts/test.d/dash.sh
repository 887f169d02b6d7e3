#!/usr/bin/env bash
# Tries dashboards/: Prometheus' own checks and the tests of the alerts; then a real Prometheus scrapes the packaged service, with
# nginx before it and a rollout running, until everything that is asked has an answer, and a rollback is an alert.
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
for program in promtool prometheus; do
  command -v "$program" >/dev/null || missing "$program" prometheus
done
command -v prometheus-nginx-exporter >/dev/null || missing prometheus-nginx-exporter prometheus-nginx-exporter
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || missing nginx nginx

echo "== Prometheus' configuration, rules and alerts"
promtool check config dashboards/prometheus/prometheus.yml
promtool check rules --lint=all dashboards/prometheus/rules.yml dashboards/prometheus/alerts.yml
promtool test rules dashboards/prometheus/rules_test.yml

echo "== a real Prometheus, nginx and exporter, and the packaged service"
find_jdk
maven verify -DskipUnitTests -Dit.test=DashboardsIT -Dfailsafe.failIfNoSpecifiedTests=false
echo "dash: $SECONDS s"
