#!/usr/bin/env bats
# scripts/serve --stack with a stand-in for docker, and scripts/smoke's words where nobody needs to answer. Docker itself cannot
# run here; nginx and the service behind it can: StackIT.

load shell

# A docker that writes down how it was called, and does as DOCKER_CODE says.
double() {
  export SLUICE_STACK_DIR=$BATS_TEST_TMPDIR/state CALLS=$BATS_TEST_TMPDIR/calls
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  cat >"$BATS_TEST_TMPDIR/bin/docker" <<'TEXT'
#!/bin/sh
echo "$*" >>"$CALLS"
case "$1 $2" in
  "compose version") exit "${NO_COMPOSE:-0}" ;;
  "info ") exit "${NO_ENGINE:-0}" ;;
esac
case "$*" in
  *" ps "*running*) printf "$RUNNING" ;;
  *" up "*) echo "$SLUICE_STACK_DIR $SLUICE_STACK_FRONT" >>"$CALLS.environment"; exit "${UP_CODE:-0}" ;;
esac
TEXT
  chmod +x "$BATS_TEST_TMPDIR/bin/docker"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
  export PATH RUNNING=
}

calls() { grep -v '^compose version\|^info' "$CALLS"; }

mode() { ls -ld "$1" | cut -c 1-10; }

@test "starts all of it, and says where and how to get in" {
  double
  run scripts/serve --stack
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  [ "$(calls | tail -n 1)" = "compose --file infra/local/compose.yaml up --build --detach --wait" ]
  [[ "$output" == *"New login of sluice at /predict: "* ]]
  [[ "$output" == *https://localhost:8443*http://localhost:8081/console*http://localhost:9090*http://localhost:3000* ]]
  [[ "$output" == *"scripts/smoke https://localhost:8443"* ]]
  [[ "$output" == *"--stack --down"* ]]
}

@test "what it makes at first is for nobody else, fits together, and stays" {
  double
  run scripts/serve --stack
  state=$SLUICE_STACK_DIR
  [ "$(mode "$state")" = drwx------ ]
  [ "$(mode "$state/password")" = -rw------- ]
  [[ "$output" == *"$(cat "$state/password")"* ]]
  salt=$(cut -d '$' -f 3 "$state/htpasswd")
  [ "sluice:$(openssl passwd -apr1 -salt "$salt" -stdin <"$state/password")" = "$(cat "$state/htpasswd")" ]
  [[ "$(openssl x509 -in "$state/tls.crt" -noout -ext subjectAltName)" == *DNS:localhost* ]]
  [ "$(openssl x509 -in "$state/tls.crt" -noout -pubkey)" = "$(openssl pkey -in "$state/tls.key" -pubout)" ]
  grep -q "admin-token: \"$(cat "$state/admin-token")\"" "$state/sluice.yml"
  grep -q ":$(cat "$state/postgres-password")@postgres:5432" "$state/sluice.yml"
  before=$(cksum "$state"/*)
  run scripts/serve --stack
  [ "$status" -eq 0 ]
  [[ "$output" != *"New login"* ]]
  [ "$(cksum "$state"/*)" = "$before" ]
}

@test "a certificate in its last month is made anew, and nginx with it" {
  double
  scripts/serve --stack >/dev/null
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=old \
    -keyout "$SLUICE_STACK_DIR/tls.key" -out "$SLUICE_STACK_DIR/tls.crt" 2>/dev/null
  scripts/serve --stack >/dev/null
  [[ "$(openssl x509 -in "$SLUICE_STACK_DIR/tls.crt" -noout -subject)" == *localhost ]]
  [ "$(sort -u "$CALLS.environment" | wc -l)" -eq 2 ]
}

@test "settings of one's own reach nginx, too" {
  double
  scripts/serve --stack >/dev/null
  grep -q 'client_max_body_size 8388608;' "$SLUICE_STACK_DIR/nginx.conf"
  printf 'MAX_BODY_BYTES=4096\nREQUEST_DEADLINE_MS=9000\n' >>"$SLUICE_STACK_DIR/settings.env"
  scripts/serve --stack >/dev/null
  grep -q 'client_max_body_size 4096;' "$SLUICE_STACK_DIR/nginx.conf"
  grep -q 'proxy_read_timeout 12s;' "$SLUICE_STACK_DIR/nginx.conf"
  echo 'MAX_BODY_BYTES=1;evil' >>"$SLUICE_STACK_DIR/settings.env"
  run scripts/serve --stack
  [ "$status" -eq 1 ]
  [[ "$output" == *MAX_BODY_BYTES* ]]
  # An address may have as many as there is room for.
  echo 'MAX_BODY_BYTES=100000000' >>"$SLUICE_STACK_DIR/settings.env"
  scripts/serve --stack >/dev/null
  grep -q 'limit_conn bodies 2;' "$SLUICE_STACK_DIR/nginx.conf"
  echo 'MAX_BODY_BYTES=300000000' >>"$SLUICE_STACK_DIR/settings.env"
  run scripts/serve --stack
  [ "$status" -eq 1 ]
  [[ "$output" == *"room for 234881024 bytes"* ]]
  grep -q 'client_max_body_size 100000000;' "$SLUICE_STACK_DIR/nginx.conf"
}

@test "replicas that run are taken up to date one after the other" {
  double
  RUNNING='a\nb\nc\n' run scripts/serve --stack
  [ "$status" -eq 0 ]
  [ "$(calls | sed -n 's/.*yaml //p' | tail -n 5 | paste -sd ';')" = "build;up --detach --wait --no-deps app-1;up --detach --wait --no-deps app-2;up --detach --wait --no-deps app-3;up --build --detach --wait" ]
  : >"$CALLS"
  RUNNING='a\nb\nc\n' UP_CODE=1 run scripts/serve --stack
  [ "$status" -eq 1 ]
  [[ "$output" == *"--stack --logs"* ]]
  [ "$(calls | grep -c ' up ')" -eq 1 ]
}

@test "the demonstration, its end, what runs and what it says are one call each" {
  double
  scripts/serve --stack --demo >/dev/null
  [ "$(calls | tail -n 1)" = "compose --file infra/local/compose.yaml --profile demo up --build --detach --wait" ]
  scripts/serve --stack --ps
  [ "$(calls | tail -n 1)" = "compose --file infra/local/compose.yaml --profile demo ps" ]
  scripts/serve --stack --logs app-2
  [ "$(calls | tail -n 1)" = "compose --file infra/local/compose.yaml --profile demo logs --follow --tail 100 app-2" ]
  scripts/serve --stack --down
  [ "$(calls | tail -n 1)" = "compose --file infra/local/compose.yaml --profile demo down" ]
}

@test "a dry run needs no docker and makes nothing" {
  before=$(snapshot)
  SLUICE_STACK_DIR=$BATS_TEST_TMPDIR/none run env -i PATH="$(plain_path)" "$ROOT/scripts/serve" --stack --dry-run
  [ "$status" -eq 0 ]
  [ "$output" = "docker compose --file infra/local/compose.yaml up --build --detach --wait" ]
  run scripts/smoke http://127.0.0.1:1 --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"SKIP limit: no --user"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/none" ]
  [ "$(snapshot)" = "$before" ]
}

@test "without docker, without compose, and without its engine one line says what to do" {
  run env -i PATH="$(plain_path)" "$ROOT/scripts/serve" --stack
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *"install Docker"* ]]
  double
  NO_COMPOSE=1 run scripts/serve --stack
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  NO_ENGINE=1 run scripts/serve --stack
  [ "$status" -eq 7 ]
  [ "${#lines[@]}" -eq 1 ]
  [ ! -e "$SLUICE_STACK_DIR" ]
  run scripts/serve --stack --down
  [ "$status" -eq 1 ]
  [[ "$output" == *"there is no stack"* ]]
}

@test "a stack that does not become healthy is a failure that says where to look" {
  double
  UP_CODE=1 run scripts/serve --stack
  [ "$status" -eq 1 ]
  [[ "${lines[-1]}" == *"--stack --ps"* ]]
}

@test "wrong words for the stack and the smoke test are refused" {
  for command in "serve --ps" "serve --stack --ps --down" "serve --stack --logs" "serve --stack --logs a;b" \
    "serve --stack --port 1" "smoke" "smoke ftp://x" "smoke http://x http://y" "smoke http://x --user a" \
    "smoke http://x --password-file LICENSE" "smoke http://x --user a:b --password-file LICENSE" \
    "smoke http://x --cacert nowhere" "smoke http://x --http x"; do
    run scripts/$command
    [ "$status" -eq 2 ] || { echo "$command: $status $output"; false; }
    [ "${#lines[@]}" -eq 1 ] || { echo "$command: $output"; false; }
  done
}

@test "the smoke test of what nobody answers at ends with 7" {
  run scripts/smoke http://127.0.0.1:1
  [ "$status" -eq 7 ]
  [ "${#lines[@]}" -eq 1 ]
}

@test "the smoke test takes nothing for an answer that only has its words" {
  html='<html>{"status": "ok", "prediction value": 1}</html>'
  json='{"status": "ok", "prediction value": 1}'
  # page TYPE BODY: whoever answers that to everything.
  page() {
    serve_stub "$(jq -n --arg type "$1" --arg body "$2" '{type: $type, body: $body} | {"GET /health": [.], "POST /predict": [.]}')"
    run scripts/smoke "$url"
    kill "$stub"
  }
  page application/json "$json"
  [[ "$output" == *"ok    health "*"ok    answer "* ]] || { echo "$output"; false; }
  for answer in "text/html|$html" "text/html|$json" "application/json|$html" "application/json|$json$json" "application/json|[$json]" \
    'application/json|{"a": {"status": 1, "prediction value": 1}}' 'application/json|"status: and prediction value:"'; do
    page "${answer%%|*}" "${answer#*|}"
    [ "$status" -eq 1 ]
    [[ "$output" == *"FAIL  health "*"FAIL  answer "* ]] || { echo "$answer: $output"; false; }
  done
}

@test "redirects lead to the names of the certificate" {
  double
  mkdir -p "$SLUICE_STACK_DIR"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 100 -subj /CN=own \
    -addext "subjectAltName=DNS:*.Example.org,DNS:sluice.example.org,IP:10.1.2.3,IP:0:0:0:0:0:0:0:1" \
    -keyout "$SLUICE_STACK_DIR/tls.key" -out "$SLUICE_STACK_DIR/tls.crt" 2>/dev/null
  scripts/serve --stack >/dev/null
  grep -q 'default example.org; \*.example.org $host; sluice.example.org $host; 10.1.2.3 $host; $' "$SLUICE_STACK_DIR/nginx.conf"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 100 -subj /CN=own \
    -keyout "$SLUICE_STACK_DIR/tls.key" -out "$SLUICE_STACK_DIR/tls.crt" 2>/dev/null
  run scripts/serve --stack
  [ "$status" -eq 1 ]
  [[ "$output" == *"vouches for no name"* ]]
}

@test "the configuration of nginx takes no value that is more than one" {
  export HTTP_LISTEN=8080 HTTPS_LISTEN=8443 STATUS_LISTEN=8081 HTTPS_PORT=443 OWN_NAMES=localhost REPLICAS="a:1 b:2" REPLICA_OPTIONS='' \
    RESOLVER=127.0.0.1 SECRETS_DIR=/s RUN_DIR=/r ACCESS_LOG=/l MAX_BODY_BYTES=1 BODY_SPACE_BYTES=9 READ_SECONDS=5
  run scripts/lib/nginx-conf
  [ "$status" -eq 0 ]
  [[ "$output" != *'${'* ]]
  [[ "$output" == *'https://$own_host$request_uri'* ]]
  OWN_NAMES="a b;" run scripts/lib/nginx-conf
  [ "$status" -eq 2 ]
  REPLICAS="a:1; evil" run scripts/lib/nginx-conf
  [ "$status" -eq 2 ]
  SECRETS_DIR='/s|x' run scripts/lib/nginx-conf
  [ "$status" -eq 2 ]
  unset RUN_DIR
  run scripts/lib/nginx-conf
  [ "$status" -eq 2 ]
  [[ "$output" == *RUN_DIR* ]]
}
