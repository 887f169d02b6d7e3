# shellcheck shell=bash
# The local stack: what it needs, and Docker Compose called for it. Sourced by scripts/serve, from the repository's root.

STACK_COMPOSE=infra/local/compose.yaml
STACK_USER=sluice
# For bodies in nginx's tmpfs of 256 MiB, in which answers may wait, too.
STACK_BODY_SPACE_BYTES=234881024

# stack_failed CODE TEXT
stack_failed() {
  echo "scripts/serve: $2" >&2
  exit "$1"
}

stack_folder() { echo "${SLUICE_STACK_DIR:-infra/local/.state}"; }

# random BYTES: prints them in hexadecimal.
random() { openssl rand -hex "$1"; }

# keep MODE FILE: writes what comes in, where there is nothing yet. Written over, not replaced: a container that has it mounted
# sees the new one.
keep() {
  [ ! -s "$2" ] || { cat >/dev/null; return 0; }
  cat >"$2"
  chmod "$1" "$2"
}

# Another one in its last month, too.
make_certificate() {
  if [ -s "$1/tls.crt" ] && openssl x509 -in "$1/tls.crt" -noout -checkend 2592000 >/dev/null 2>&1; then
    return 0
  fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 397 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1" \
    -addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth" \
    -keyout "$1/tls.key" -out "$1/tls.crt" 2>/dev/null ||
    stack_failed 1 "openssl made no certificate in $1: run openssl version (1.1.1 or newer is needed)"
  chmod 644 "$1/tls.key" "$1/tls.crt"
}

# certificate_names FILE: what it vouches for, with blanks between. Without addresses of IPv6, where nothing is published.
certificate_names() {
  openssl x509 -in "$1" -noout -text | sed -n '/Subject Alternative Name/{n;p;}' | tr 'A-Z,' 'a-z\n' |
    sed -n -e 's/^ *dns:\([a-z0-9.*-]*\) *$/\1/p' -e 's/^ *ip address:\([0-9.]*\) *$/\1/p' | paste -s -d ' ' -
}

# setting NAME DEFAULT FOLDER: what the stack's own settings say.
setting() {
  local value
  value=$(sed -n "s/^$1=//p" "$3/settings.env" | tail -n 1)
  echo "${value:-$2}"
}

# The configuration that nginx gets in its container.
make_front() {
  local deadline names
  names=$(certificate_names "$1/tls.crt")
  [ -n "$names" ] || stack_failed 1 "$1/tls.crt vouches for no name: it needs one as subjectAltName"
  deadline=$(setting REQUEST_DEADLINE_MS 2000 "$1")
  [[ $deadline =~ ^[0-9]{1,6}$ ]] || stack_failed 1 "REQUEST_DEADLINE_MS in $1/settings.env is no number: $deadline"
  OWN_NAMES=$names HTTP_LISTEN=8080 HTTPS_LISTEN=8443 STATUS_LISTEN=8081 HTTPS_PORT=${SLUICE_STACK_HTTPS_PORT:-8443} \
    REPLICAS="app-1:8080 app-2:8080 app-3:8080" REPLICA_OPTIONS=resolve RESOLVER=127.0.0.11 \
    SECRETS_DIR=/run/secrets RUN_DIR=/tmp ACCESS_LOG=/dev/stdout \
    MAX_BODY_BYTES=$(setting MAX_BODY_BYTES 8388608 "$1") BODY_SPACE_BYTES=$STACK_BODY_SPACE_BYTES \
    READ_SECONDS=$((deadline / 1000 + 3)) \
    scripts/lib/nginx-conf >"$1/nginx.conf.new" || stack_failed 1 "settings.env does not fit nginx; see above"
  cat "$1/nginx.conf.new" >"$1/nginx.conf"
  rm "$1/nginx.conf.new"
  chmod 644 "$1/nginx.conf"
}

# make_stack FOLDER: certificate, password, tokens, keys, where they are missing; says what is new.
#
# What containers read is open to them, whatever user they have; that nobody else on this machine reads it is the folder's
# doing, which only its owner may enter.
make_stack() {
  local folder=$1 password
  command -v openssl >/dev/null || stack_failed 1 "openssl is missing: install it (Debian: apt-get install openssl)."
  mkdir -p "$folder"
  chmod 700 "$folder"
  if [ ! -s "$folder/htpasswd" ] || [ ! -s "$folder/password" ]; then
    password=$(random 16)
    rm -f "$folder/password" "$folder/htpasswd"
    (umask 077 && echo "$password" >"$folder/password")
    # 128 random bits need no slow hash, and nginx counts this one for every request.
    echo "$STACK_USER:$(openssl passwd -apr1 -stdin <"$folder/password")" | keep 644 "$folder/htpasswd"
    echo "New login of $STACK_USER at /predict: $password (kept in $folder/password)"
  fi
  random 16 | keep 644 "$folder/postgres-password"
  random 24 | keep 644 "$folder/admin-token"
  # By the names in the last column of function/docs/configuration.md.
  keep 644 "$folder/sluice.yml" <<TEXT
sluice:
  admin-token: "$(cat "$folder/admin-token")"
  signing-keys: "stack:$(openssl rand -base64 32)"
  store-url: "postgresql://sluice:$(cat "$folder/postgres-password")@postgres:5432/sluice"
TEXT
  keep 600 "$folder/settings.env" <<'TEXT'
# Settings of all three replicas, NAME=value: function/docs/configuration.md. scripts/serve --stack takes them up.
TEXT
  make_certificate "$folder"
  make_front "$folder"
}

compose() {
  local folder
  folder=$(cd "$(stack_folder)" && pwd)
  SLUICE_STACK_DIR=$folder SLUICE_STACK_FRONT=$(cat "$folder"/{nginx.conf,htpasswd,tls.crt} | cksum | tr ' ' -) \
    docker compose --file "$STACK_COMPOSE" "$@"
}

need_docker() {
  command -v docker >/dev/null ||
    stack_failed 1 "docker is missing: install Docker with its plugin compose (https://docs.docker.com/engine/install)."
  docker compose version >/dev/null 2>&1 ||
    stack_failed 1 "docker has no compose: install its plugin (https://docs.docker.com/compose/install)."
  docker info >/dev/null 2>&1 ||
    stack_failed 7 "docker does not answer: start it, or see whether you may use it (docker info)."
}

greet() {
  local folder https=${SLUICE_STACK_HTTPS_PORT:-8443} http=${SLUICE_STACK_HTTP_PORT:-8080}
  local console=${SLUICE_STACK_CONSOLE_PORT:-8081}
  folder=$(stack_folder)
  cat <<TEXT

Service     https://localhost:$https         user $STACK_USER, password in $folder/password; $folder/tls.crt vouches for it
Console     http://localhost:$console/console  token in $folder/admin-token
Prometheus  http://localhost:${SLUICE_STACK_PROMETHEUS_PORT:-9090}
Grafana     http://localhost:${SLUICE_STACK_GRAFANA_PORT:-3000}          open without a login, to look and not to change

Predict     curl --cacert $folder/tls.crt --user "$STACK_USER:\$(cat $folder/password)" https://localhost:$https/predict \\
              --header 'Content-Type: application/json' --data '{"sentence": "I love this!"}'
Check       scripts/smoke https://localhost:$https --http http://localhost:$http \\
              --user $STACK_USER --password-file $folder/password --cacert $folder/tls.crt
Release     scripts/release --target http://127.0.0.1:$console --token-file $folder/admin-token --model sms --version v2 --wait --yes
Look        scripts/serve --stack --ps        scripts/serve --stack --logs app-1
Stop        scripts/serve --stack --down      what it keeps stays
TEXT
}

# One replica after the other, where they run: nobody who calls should notice.
update() {
  local replica
  compose "$@" build || return 1
  for replica in app-1 app-2 app-3; do
    compose "$@" up --detach --wait --no-deps "$replica" || return 1
  done
}

# stack_up [OPTIONS OF COMPOSE …]
stack_up() {
  make_stack "$(stack_folder)"
  if [ "$(compose "$@" ps --quiet --status running app-1 app-2 app-3 | wc -l)" -eq 3 ]; then
    update "$@" || stack_failed 1 "a replica did not become healthy, and those after it are as they were: scripts/serve --stack --logs app-1"
  fi
  compose "$@" up --build --detach --wait ||
    stack_failed 1 "the stack did not become healthy: scripts/serve --stack --ps says which part, --logs PART why"
  greet
}

# stack VERB ARGUMENT DEMO DRY_RUN
stack() {
  local verb=$1 argument=$2 demo=$3 dry_run=$4 options=()
  [ -z "$demo" ] || options=(--profile demo)
  # Stopped is whatever may run.
  [ "$verb" = up ] || options=(--profile demo)
  case "$verb" in
    up) set -- up --build --detach --wait ;;
    down) set -- down ;;
    ps) set -- ps ;;
    logs) set -- logs --follow --tail 100 "$argument" ;;
  esac
  if [ -n "$dry_run" ]; then
    printf 'docker compose --file %q' "$STACK_COMPOSE"
    printf ' %q' ${options[@]+"${options[@]}"} "$@"
    echo
    return
  fi
  need_docker
  if [ "$verb" = up ]; then
    stack_up ${options[@]+"${options[@]}"}
  else
    [ -d "$(stack_folder)" ] || stack_failed 1 "there is no stack: scripts/serve --stack makes one"
    compose "${options[@]}" "$@"
  fi
}
