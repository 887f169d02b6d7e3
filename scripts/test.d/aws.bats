#!/usr/bin/env bats
# The scripts that call AWS: on a stand-in of it (moto), and against a service that says what a test wants it to say, for what
# the stand-in never says.

load shell

ALIAS=lambda:sluice:live

setup_file() {
  local tool
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
  export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nobody AWS_REGION=eu-central-1 AWS_MAX_ATTEMPTS=1
  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_DEFAULT_REGION SLUICE_TARGET SLUICE_ACTOR
  MISSING=
  # Where tools are found by a wrapper, each call would pay for it.
  PATH=$(python3 -c 'import os, sys; print(os.path.dirname(sys.executable))'):$PATH
  export PATH
  for tool in aws moto_server; do
    command -v "$tool" >/dev/null || MISSING="$tool is not installed (pip install awscli 'moto[server]')"
  done
  [ -n "$MISSING" ] || python3 -c 'import boto3' 2>/dev/null || MISSING="python3 has no boto3 (it comes with moto)"
  export MISSING
  if [ -n "$MISSING" ]; then
    # CI can run these, so it must.
    [ "${CI:-}" != true ] || { echo "$MISSING" >&2; return 1; }
    return 0
  fi
  cd "$BATS_TEST_DIRNAME/../.."
  # shellcheck source=scripts/lib/http.sh
  . scripts/lib/http.sh
  STANDIN=http://127.0.0.1:$(free_port)
  export STANDIN AWS_ENDPOINT_URL=$STANDIN
  moto_server -H 127.0.0.1 -p "${STANDIN##*:}" >"$BATS_FILE_TMPDIR/standin.log" 2>&1 3>&- &
  echo $! >"$BATS_FILE_TMPDIR/standin"
  for ((i = 0; i < 600; i++)); do
    if curl -s "$STANDIN/moto-api/" >/dev/null; then break; fi
    sleep 0.1
  done
  read -r RULE EMPTY < <(python3 scripts/test.d/aws.py fixtures)
  export RULE EMPTY
}

teardown_file() {
  [ ! -f "$BATS_FILE_TMPDIR/standin" ] || kill "$(cat "$BATS_FILE_TMPDIR/standin")" 2>/dev/null || true
}

teardown() {
  [ -z "${stub:-}" ] || { kill "$stub" 2>/dev/null && wait "$stub" 2>/dev/null || true; }
}

with_standin() {
  [ -z "$MISSING" ] || skip "$MISSING"
  export AWS_ENDPOINT_URL=$STANDIN
}

looks() { python3 scripts/test.d/aws.py "$@"; }

# alias_call ARGUMENTS FOR curl …: the stand-in looks at no signature, and curl starts sooner than what makes one.
alias_call() {
  curl --silent --fail --noproxy '*' "$STANDIN$LIVE" "$@" -H 'Content-Type: application/json' -H 'Authorization: AWS4-HMAC-SHA256 Credential=nobody/20261122/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0'
}
# set_alias MAIN JSON: somebody moves the alias.
set_alias() { alias_call -X PUT -d "{\"FunctionVersion\": \"$1\", \"RoutingConfig\": {\"AdditionalVersionWeights\": $2}}" >/dev/null; }
seen_alias() { alias_call | jq -c '[.FunctionVersion, .RoutingConfig.AdditionalVersionWeights // {}]'; }

# at MAIN JSON: the alias is at MAIN with these weights.
at() { [ "$(seen_alias)" = "[\"$1\",$2]" ] || { seen_alias; false; }; }

# stub SCENARIO: starts a service in the place of AWS; `requests` then holds what it was asked.
stub() {
  [ -z "$MISSING" ] || skip "$MISSING"
  serve_stub "$1"
  export AWS_ENDPOINT_URL=$url ADMIN_TOKEN='a-token"with\every$thing-in-it' USER=kim
}

LIVE=/2015-03-31/functions/sluice/aliases/live
CONFIGURATION=/2015-03-31/functions/sluice/configuration

# alias_is MAIN JSON [REVISION]: what Lambda answers.
alias_is() {
  jq -cn --arg main "$1" --argjson weights "$2" --arg revision "${3:-r1}" '{body: {AliasArn: "arn:aws:lambda:eu-central-1:1:function:sluice:live",
    Name: "live", FunctionVersion: $main, RoutingConfig: {AdditionalVersionWeights: $weights}, RevisionId: $revision}}'
}
# no STATUS CODE [TEXT]: a refusal as Lambda's.
no() { jq -cn --argjson status "$1" --arg code "$2" --arg text "${3:-so it is}" '{status: $status, body: {Code: $code, Message: $text}}'; }
DENIED=$(jq -cn '{status: 403, body: {Code: "AccessDeniedException", Message: "User: arn:aws:iam::1:user/kim is not authorized\nto perform it"}}')
ACTIVE='{"body": {"FunctionName": "sluice", "State": "Active"}}'

# answer STATUS JSON: what a controller's function answers.
answered() {
  jq -cn --argjson status "$1" --argjson body "$2" '{body: {statusCode: $status, headers: {}, body: ($body | tojson), isBase64Encoded: false}}'
}

# event FIELD: members of what the controller was sent.
events() { jq -r '.body' "$requests" | jq -r "$1"; }

# ---- an alias, on the stand-in

@test "a version goes through an alias: a share, more of it, promoted, and back to the one before" {
  with_standin
  set_alias 1 '{}'
  run scripts/release --target $ALIAS --version 2 --share 12.5 --yes
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "without proof: nobody watches this share; a release with a controller is for that" ]
  [ "${lines[1]}" = "sluice:live  1 87.5%, 2 12.5%" ]
  at 1 '{"2":0.125}'
  run scripts/status --target $ALIAS
  [ "$status" -eq 0 ]
  [[ "$output" == *"├─ 1  stable    87.5%"*"└─ 2  canary    12.5%"*"published after 1: 2, 3"*"nobody judges this"* ]]
  run scripts/status --target $ALIAS --output json
  [ "$(jq -c '[.stable, .canary, .newer, [.versions[].share]]' <<<"$output")" = '["1","2",["2","3"],[87.5,12.5]]' ]
  scripts/release --target $ALIAS --version 2 --share 50 --yes --quiet
  at 1 '{"2":0.5}'
  run scripts/promote --target $ALIAS --yes
  [ "$status" -eq 0 ]
  [ "$output" = "sluice:live  2 100%" ]
  # Without the empty weights the version would keep its share beside itself.
  at 2 '{}'
  run scripts/rollback --target $ALIAS --version 1 --yes --output json
  [ "$status" -eq 0 ]
  [ "$(jq -r .stable <<<"$output")" = 1 ]
  at 1 '{}'
}

@test "a rollback takes the share away" {
  with_standin
  set_alias 1 '{"3": 0.25}'
  run scripts/rollback --target $ALIAS --yes
  [ "$status" -eq 0 ]
  [ "$output" = "sluice:live  1 100%" ]
  at 1 '{}'
}

@test "a dry run prints the call and what it would change, and changes nothing" {
  with_standin
  set_alias 1 '{"2": 0.25}'
  before=$(seen_alias)
  run scripts/release --target $ALIAS --version 2 --share 50 --dry-run --quiet
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" == "aws lambda update-alias --function-name sluice --name live --function-version 1 --routing-config 'AdditionalVersionWeights={2=0.5}' --revision-id "* ]]
  [ "${lines[1]}" = "# sluice:live: 1 75%, 2 25% → 1 50%, 2 50%" ]
  run scripts/promote --target $ALIAS --dry-run
  [[ "$output" == *"--function-version 2 --routing-config 'AdditionalVersionWeights={}' --revision-id "*"# sluice:live: 1 75%, 2 25% → 2 100%" ]]
  run scripts/rollback --target $ALIAS --dry-run --output json
  [ "$(tail -n 1 <<<"$output" | jq -r .effect)" = "sluice:live: 1 75%, 2 25% → 1 100%" ]
  [ "$(seen_alias)" = "$before" ]
}

@test "what a release refuses: no such version, no number, the stable one, a second canary" {
  with_standin
  set_alias 1 '{"2": 0.25}'
  before=$(seen_alias)
  for case in "9 2 has no version 9" '$LATEST 2 changes under its callers' "two 2 a number: two" "1 3 is the stable version" "3 3 2 has 25 % already"; do
    read -r version code text <<<"$case"
    run scripts/release --target $ALIAS --version "$version" --share 10 --yes
    [ "$status" -eq "$code" ] || { echo "$case: $status $output"; false; }
    [[ "$output" == *"$text"* ]] || { echo "$case: $output"; false; }
  done
  [ "$(seen_alias)" = "$before" ]
}

@test "without a canary there is nothing to promote and nothing to roll back" {
  with_standin
  set_alias 1 '{}'
  for verb in promote rollback; do
    run scripts/$verb --target $ALIAS --yes
    [ "$status" -eq 3 ]
    [[ "$output" == *"no canary has a share: it shows 1 100%"* ]]
  done
  set_alias 1 '{"2": 0.25}'
  run scripts/promote --target $ALIAS --version 3 --yes
  [ "$status" -eq 3 ]
  run scripts/rollback --target $ALIAS --version 2 --yes
  [ "$status" -eq 3 ]
  at 1 '{"2":0.25}'
}

@test "without a terminal a move needs --yes, and what is so already needs none" {
  with_standin
  set_alias 1 '{"2": 0.25}'
  for command in "release --version 2 --share 50" promote rollback; do
    run scripts/$command --target $ALIAS </dev/null
    [ "$status" -eq 2 ]
    [[ "$output" == *"--yes"* ]]
  done
  run scripts/release --version 2 --share 25 --target $ALIAS </dev/null
  [ "$status" -eq 0 ]
  [[ "$output" == *"it is so already"* ]]
  at 1 '{"2":0.25}'
}

# ---- a load balancer's rule, on the stand-in

# weighs STABLE CANARY: the rule's weights, and whether all else is as it was.
weighs() {
  local now
  now=$(looks seen "$RULE")
  [ "$(jq -c '[.[1].ForwardConfig.TargetGroups[].Weight]' <<<"$now")" = "[$1,$2]" ] || { echo "$now"; return 1; }
  [ "$(jq -cS 'del(.[1].ForwardConfig.TargetGroups[].Weight)' <<<"$now")" = "$(jq -cS 'del(.[1].ForwardConfig.TargetGroups[].Weight)' <<<"$rule_before")" ]
}

@test "a group goes through a rule, and all else in the rule stays" {
  with_standin
  looks weights "$RULE" '{"sluice-stable": 100, "sluice-canary": 0}'
  rule_before=$(looks seen "$RULE")
  [ "$(jq -r '.[0].Type' <<<"$rule_before")" = authenticate-cognito ]
  run scripts/release --target "alb:$RULE" --version sluice-canary --share 12.5 --yes
  [ "$status" -eq 0 ]
  [[ "$output" == *"keeps callers with their group for 600 s"* ]]
  [[ "${lines[${#lines[@]}-1]}" == "front  sluice-stable 87.5%, sluice-canary 12.5%" ]]
  weighs 7 1
  run scripts/status --target "alb:$RULE"
  [ "$status" -eq 0 ]
  [[ "$output" == *"sluice-stable  unknown   87.5%  healthy=2 of 2"*"sluice-canary  unknown   12.5%  healthy=1 of 1"*"sticky"* ]]
  scripts/release --target "alb:$RULE" --version sluice-canary --share 50 --yes --quiet
  weighs 50 50
  # Nobody can say which of the two is the stable one.
  for verb in promote rollback; do
    run scripts/$verb --target "alb:$RULE" --yes
    [ "$status" -eq 2 ]
    [[ "$output" == *"name who takes all traffic, by --version"* ]]
  done
  weighs 50 50
  run scripts/promote --target "alb:$RULE" --version sluice-canary --yes
  [ "$status" -eq 0 ]
  weighs 0 100
  run scripts/rollback --target "alb:$RULE" --version sluice-stable --yes
  [ "$status" -eq 0 ]
  weighs 100 0
}

@test "a dry run of a rule prints the call with all of its actions, and changes nothing" {
  with_standin
  before=$(looks seen "$RULE")
  run scripts/release --target "alb:$RULE" --version sluice-canary --share 10 --dry-run --quiet
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" == "aws elbv2 modify-rule --rule-arn $RULE --actions '[{"*authenticate-cognito*'"Weight":90'*'"Weight":10'*"--region eu-central-1" ]]
  [ "${lines[1]}" = "# front: sluice-stable 100% → sluice-stable 90%, sluice-canary 10%" ]
  [ "$(looks seen "$RULE")" = "$before" ]
}

@test "what a rule refuses: another group, the stable one, one where nobody would answer, too small a share" {
  with_standin
  looks weights "$RULE" '{"sluice-stable": 100, "sluice-canary": 0}'
  run scripts/release --target "alb:$RULE" --version sluice-other --share 10 --yes
  [ "$status" -eq 2 ]
  [[ "$output" == *"sluice-stable and sluice-canary, not to sluice-other"* ]]
  run scripts/release --target "alb:$RULE" --version sluice-stable --share 10 --yes
  [ "$status" -eq 3 ]
  run scripts/release --target "alb:$EMPTY" --version sluice-empty --share 10 --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"no target of sluice-empty is healthy"* ]]
  run scripts/rollback --target "alb:$EMPTY" --version sluice-empty --yes
  [ "$status" -eq 3 ]
  run scripts/release --target "alb:$RULE" --version sluice-canary --share 0.05 --yes
  [ "$status" -eq 2 ]
  [[ "$output" == *"at least 0.1"* ]]
  # The greater part is no canary's.
  looks weights "$RULE" '{"sluice-stable": 10, "sluice-canary": 90}'
  run scripts/release --target "alb:$RULE" --version sluice-canary --share 50 --yes
  [ "$status" -eq 3 ]
  looks weights "$RULE" '{"sluice-stable": 100, "sluice-canary": 0}'
}

# ---- what the stand-in never says

@test "a move names the revision that was read, and 412 ends 3 with what is there now" {
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}' r7), $(alias_is 1 '{"3": 0.5}' r8)],
    \"PUT $LIVE\": [$(no 412 PreconditionFailedException)], \"GET $CONFIGURATION\": [$ACTIVE]}"
  run scripts/promote --target $ALIAS --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"somebody else changed it meanwhile: it shows now 1 50%, 3 50%" ]]
  [ "$(jq -r 'select(.method == "PUT").body' "$requests" | jq -c .)" = \
    '{"FunctionVersion":"2","RoutingConfig":{"AdditionalVersionWeights":{}},"RevisionId":"r7"}' ]
}

@test "412 for what one's own first attempt has done is no conflict" {
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}' r7), $(alias_is 2 '{}' r8)],
    \"PUT $LIVE\": [$(no 412 PreconditionFailedException)], \"GET $CONFIGURATION\": [$ACTIVE]}"
  run scripts/promote --target $ALIAS --yes
  [ "$status" -eq 0 ]
  [ "$output" = "sluice:live  2 100%" ]
}

@test "what is read back is what counts" {
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}'), $(alias_is 1 '{"2": 0.1}')], \"PUT $LIVE\": [$(alias_is 2 '{}')],
    \"GET $CONFIGURATION\": [$ACTIVE]}"
  run scripts/promote --target $ALIAS --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"it shows now 1 90%, 2 10%" ]]
}

@test "a lost answer is repaired by reading" {
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}'), $(alias_is 1 '{}')], \"PUT $LIVE\": [{\"drop\": true}]}"
  run scripts/rollback --target $ALIAS --yes
  [ "$status" -eq 0 ]
  [[ "$output" == *"the answer was lost, and it was done"*"sluice:live  1 100%" ]]
  teardown
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}')], \"PUT $LIVE\": [{\"drop\": true}]}"
  run scripts/rollback --target $ALIAS --yes
  [ "$status" -eq 7 ]
  [[ "$output" == *"nothing was done: it shows 1 90%, 2 10%" ]]
  teardown
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}'), {\"drop\": true}], \"PUT $LIVE\": [{\"status\": 500}]}"
  run scripts/rollback --target $ALIAS --yes
  [ "$status" -eq 7 ]
  [[ "$output" == *"whether it was done is not known: scripts/status --target $ALIAS" ]]
}

@test "what is not allowed is named, in one line" {
  stub "{\"GET $LIVE\": [$(alias_is 1 '{"2": 0.1}')], \"PUT $LIVE\": [$DENIED], \"GET $CONFIGURATION\": [$DENIED],
    \"POST /\": [{\"status\": 403, \"type\": \"text/xml\", \"body\": \"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>\"}]}"
  run scripts/rollback --target $ALIAS --yes
  [ "$status" -eq 4 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == "scripts/rollback: lambda:UpdateAlias is not allowed here"* ]]
  run scripts/promote --target $ALIAS --yes
  [ "$status" -eq 4 ]
  [[ "$output" == *"lambda:GetFunctionConfiguration is not allowed"* ]]
  run scripts/status --target "alb:arn:aws:elasticloadbalancing:eu-central-1:1:listener-rule/app/front/1/2/3"
  [ "$status" -eq 4 ]
  [[ "$output" == *"elasticloadbalancing:DescribeRules is not allowed"* ]]
}

@test "who is not known is 4, who is not there 7, what is not there 2, and a throttled call 1" {
  stub "{\"GET $LIVE\": [$(no 404 ResourceNotFoundException)]}"
  run scripts/status --target $ALIAS
  [ "$status" -eq 2 ]
  [[ "$output" == *"there is no $ALIAS"* ]]
  teardown
  stub "{\"GET $LIVE\": [$(no 429 TooManyRequestsException 'Rate exceeded')]}"
  run scripts/status --target $ALIAS
  [ "$status" -eq 1 ]
  [[ "$output" == *"TooManyRequests"* ]]
  run env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY scripts/status --target $ALIAS
  [ "$status" -eq 4 ]
  AWS_ENDPOINT_URL=http://127.0.0.1:9 run scripts/status --target $ALIAS
  [ "$status" -eq 7 ]
  [ "${#lines[@]}" -eq 1 ]
  AWS_ENDPOINT_URL=http://127.0.0.1:9 run scripts/status --target control:ctl
  [ "$status" -eq 7 ]
}

@test "a version that is not ready is waited for, and one that failed is refused" {
  pending='{"body": {"State": "Pending", "StateReason": "The function is being created."}}'
  # Once before the question, then until it is ready.
  stub "{\"GET $LIVE\": [$(alias_is 1 '{}'), $(alias_is 1 '{"2": 0.1}')], \"PUT $LIVE\": [$(alias_is 1 '{"2": 0.1}')],
    \"GET $CONFIGURATION\": [$pending, $ACTIVE]}"
  run scripts/release --target $ALIAS --version 2 --share 10 --yes
  [ "$status" -eq 0 ]
  [[ "$output" == *"version 2 is not ready yet (Pending: The function is being created.): waiting"*"2 10%" ]]
  # The share came after the last look at the version.
  [ "$(jq -r '.method + " " + (.path | split("/")[-1])' "$requests" | tail -n 3 | tr '\n' ' ')" = "GET configuration?Qualifier=2 PUT live GET live " ]
  teardown
  stub "{\"GET $LIVE\": [$(alias_is 1 '{}')], \"GET $CONFIGURATION\": [$pending]}"
  run scripts/release --target $ALIAS --version 2 --share 10 --yes --timeout 0s
  [ "$status" -eq 6 ]
  [[ "$output" == *"nothing was done"* ]]
  teardown
  stub "{\"GET $LIVE\": [$(alias_is 1 '{}')], \"GET $CONFIGURATION\": [{\"body\": {\"State\": \"Failed\", \"StateReason\": \"no role\"}}]}"
  run scripts/release --target $ALIAS --version 2 --share 10 --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"version 2 is Failed: no role" ]]
  [ "$(jq -r .method "$requests" | grep -c PUT)" -eq 0 ]
}

@test "a rule that changed after the question is not written over" {
  arn=arn:aws:elasticloadbalancing:eu-central-1:1:listener-rule/app/front/1/2/3
  # rule STABLE CANARY
  rule() {
    local group members=''
    for group in "stable $1" "canary $2"; do
      members+="<member><TargetGroupArn>arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/${group% *}/1</TargetGroupArn><Weight>${group#* }</Weight></member>"
    done
    jq -cn --arg body "<DescribeRulesResponse><DescribeRulesResult><Rules><member><RuleArn>$arn</RuleArn><Actions><member><Type>forward</Type><ForwardConfig><TargetGroups>$members</TargetGroups></ForwardConfig></member></Actions></member></Rules></DescribeRulesResult></DescribeRulesResponse>" \
      '{type: "text/xml", body: $body}'
  }
  healthy='{"type": "text/xml", "body": "<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions><member><TargetHealth><State>healthy</State></TargetHealth></member></TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>"}'
  stub "{\"POST /\": [$(rule 90 10), $healthy, $(rule 40 60)]}"
  run scripts/rollback --target alb:$arn --version stable --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"somebody else changed it meanwhile: it shows now stable 40%, canary 60%" ]]
  [ "$(jq -r .body "$requests" | grep -c ModifyRule)" -eq 0 ]
}

@test "what needs a controller says so, for targets without one" {
  [ -z "$MISSING" ] || skip "$MISSING"
  for script in pause resume watch history explain; do
    run scripts/$script --target $ALIAS
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == *"use --target control:FUNCTION"* ]] || { echo "$script: $output"; false; }
  done
  for command in "release --version 2" "release --version 2 --share 10 --wait" "release --version 2 --share 10 --preset fast" \
    "release --version 2 --share 10 --skip-proof --reason x" "release --version 2 --share 10 --plan x" "release --version 2 --share 100" \
    "release --version 2 --share 0" "release --version 2 --share 1.234" "release --version 2 --share x" "release --share 10" \
    "release --version 2 --share 10 --model m" "status r1" "promote r1" "rollback --version" "status --version 2"; do
    run scripts/$command --target $ALIAS
    [ "$status" -eq 2 ] || { echo "$command: $status $output"; false; }
  done
  for command in "release --version B --share 10" "promote --version B" "rollback --version B"; do
    run scripts/$command --target http://127.0.0.1:9
    [ "$status" -eq 2 ] || { echo "$command: $status $output"; false; }
  done
  for target in lambda:f lambda::live lambda:f: lambda:f/g:live alb:x alb:arn:aws:lambda:eu:1:function:f control: 'control:f g' 'control:-;x/'; do
    run scripts/status --target "$target"
    [ "$status" -eq 2 ] || { echo "$target: $status $output"; false; }
  done
}

@test "without aws one line says what to install" {
  for tool in jq curl tr; do ln -sf "$(command -v $tool)" "$(plain_path)/$tool"; done
  ln -sf "$(command -v basename)" "$(plain_path)/basename"
  for target in $ALIAS control:ctl; do
    run env -i PATH="$(plain_path)" scripts/status --target $target
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == *"aws is missing: install the AWS CLI"* ]]
  done
}

# ---- a controller on Lambda

CONTROL=/2015-03-31/functions/ctl/invocations
ROLLOUT='{"id": "r1", "revision": 7, "model": "sluice", "stable": "1", "canary": "2", "state": "running", "share": 10, "headline": "running", "possible": ["pause"]}'

@test "requests go through the controller, the token in no argument" {
  stub "{\"POST $CONTROL\": [$(answered 201 "$ROLLOUT")]}"
  mkdir "$BATS_TEST_TMPDIR/spy"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s"\nexec %s "$@"\n' "$BATS_TEST_TMPDIR/arguments" "$(command -v aws)" >"$BATS_TEST_TMPDIR/spy/aws"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s"\nexec %s "$@"\n' "$BATS_TEST_TMPDIR/arguments" "$(command -v jq)" >"$BATS_TEST_TMPDIR/spy/jq"
  chmod +x "$BATS_TEST_TMPDIR/spy/aws" "$BATS_TEST_TMPDIR/spy/jq"
  PATH=$BATS_TEST_TMPDIR/spy:$PATH run scripts/release --target control:ctl --version 2 --preset fast
  [ "$status" -eq 0 ]
  [[ "$output" == *"r1  sluice  running"* ]]
  [ "$(events '[.sluice, .method, .path, .headers.Authorization, .headers["X-Sluice-Actor"], .headers["Content-Type"]] | join(" ")')" = \
    "admin POST /admin/rollouts Bearer $ADMIN_TOKEN kim application/json" ]
  [ "$(events .body | jq -c .)" = '{"version":"2","preset":"fast","start":true}' ]
  [[ "$(events '.headers["Idempotency-Key"]')" == cli-* ]]
  [ -s "$BATS_TEST_TMPDIR/arguments" ]
  [ "$(grep -cF 'with\every' "$BATS_TEST_TMPDIR/arguments")" -eq 0 ]
}

@test "a controller's refusals have the codes that a service's have" {
  for pair in "400 2" "401 4" "404 2" "409 3" "500 1"; do
    stub "{\"POST $CONTROL\": [$(answered "${pair% *}" '{"detail": "so it is"}')]}"
    run scripts/release --target control:ctl --version 2
    [ "$status" -eq "${pair#* }" ] || { echo "$pair: $status $output"; false; }
    [[ "$output" == *"so it is"* ]]
    teardown
  done
}

@test "a function that fails is nobody who answers, and its words are told" {
  failed='{"headers": {"X-Amz-Function-Error": "Unhandled"}, "body": {"errorMessage": "Sluice does not start:\n no key", "errorType": "X"}}'
  stub "{\"POST $CONTROL\": [$failed]}"
  run scripts/history --target control:ctl
  [ "$status" -eq 7 ]
  [ "$output" = "scripts/history: nobody answers at control:ctl: the function failed: Sluice does not start:  no key" ]
  teardown
  # Sent again with the same key, it is done once.
  stub "{\"POST $CONTROL\": [$failed, {\"drop\": true}, $(answered 201 "$ROLLOUT")]}"
  run scripts/release --target control:ctl --version 2
  [ "$status" -eq 0 ]
  [ "$(wc -l <"$requests")" -eq 3 ]
  [ "$(events '.headers["Idempotency-Key"]' | sort -u | wc -l)" -eq 1 ]
  teardown
  stub "{\"POST $CONTROL\": [{\"body\": \"null\"}]}"
  run scripts/history --target control:ctl
  [ "$status" -eq 7 ]
  [[ "$output" == *"none of a controller"* ]]
  teardown
  stub "{\"POST $CONTROL\": [$DENIED]}"
  run scripts/history --target control:ctl
  [ "$status" -eq 4 ]
  [[ "$output" == *"lambda:InvokeFunction is not allowed"* ]]
  teardown
  stub "{\"POST $CONTROL\": [$(no 404 ResourceNotFoundException)]}"
  run scripts/history --target control:ctl
  [ "$status" -eq 2 ]
}

@test "a dry run prints an invocation that can be typed as it is" {
  stub "{\"POST $CONTROL\": [$(answered 200 "$ROLLOUT"), $(answered 200 "$ROLLOUT")]}"
  run scripts/pause --target control:ctl r1 --reason "it's \"odd\"" --dry-run
  [ "$status" -eq 0 ]
  [ "$(wc -l <"$requests")" -eq 1 ]
  [[ "${lines[0]}" == "jq -n '"*"| aws lambda invoke --function-name ctl --payload fileb:///dev/stdin /dev/stdout" ]]
  [[ "$output" != *with?every* ]]
  AWS_DEFAULT_REGION=eu-central-1 bash -c "${lines[0]}" | cat >/dev/null
  [ "$(tail -n 1 "$requests" | jq -r '.body' | jq -r '[.method, .path, .headers.Authorization, .body] | join(" ")')" = \
    "POST /admin/rollouts/r1/pause Bearer $ADMIN_TOKEN {\"reason\":\"it's \\\"odd\\\"\"}" ]
}

@test "watch asks a controller again and again, and ends as the rollout ends" {
  entry='{"sequence": 1, "rollout": "r1", "at": "2026-11-20T23:40:01Z", "sentence": "promoted: proven safe"}'
  stub "{\"POST $CONTROL\": [$(answered 200 "$ROLLOUT"), $(answered 200 '{"history": []}'), $(answered 200 "$ROLLOUT"),
    $(answered 200 '{"history": []}'), $(answered 200 "$(jq -c '.state = "promoted"' <<<"$ROLLOUT")"), $(answered 200 "{\"history\": [$entry]}")]}"
  # A stream would be opened by curl.
  mkdir "$BATS_TEST_TMPDIR/spy"
  printf '#!/bin/sh\ntouch "%s"\n' "$BATS_TEST_TMPDIR/stream" >"$BATS_TEST_TMPDIR/spy/curl"
  chmod +x "$BATS_TEST_TMPDIR/spy/curl"
  PATH=$BATS_TEST_TMPDIR/spy:$PATH run scripts/watch r1 --target control:ctl
  [ "$status" -eq 0 ]
  [ ! -f "$BATS_TEST_TMPDIR/stream" ]
  [[ "$output" == *"promoted: proven safe"*"traffic is 100 % 2."* ]]
}

# ---- deploy

# fake_terraform [VERSION]: a terraform that writes down what it was called with, and has published VERSION.
fake_terraform() {
  mkdir -p "$BATS_TEST_TMPDIR/fakes"
  cat >"$BATS_TEST_TMPDIR/fakes/terraform" <<TEXT
#!/usr/bin/env bash
printf '%s\n' "\$*" >>"$BATS_TEST_TMPDIR/terraform"
case "\$*" in
  *"output -json published_version") echo '"${1:-2}"' ;;
  *"output -json function_name") echo '"sluice"' ;;
  *"output -json alias_name") echo '"live"' ;;
  *"output -json control_function_name") echo '"ctl"' ;;
  *" \${FAIL:-nothing} "*) exit 1 ;;
esac
TEXT
  chmod +x "$BATS_TEST_TMPDIR/fakes/terraform"
  PATH=$BATS_TEST_TMPDIR/fakes:$PATH
  printf 'a package' >"$BATS_TEST_TMPDIR/sluice.zip"
  ZIP=$BATS_TEST_TMPDIR/sluice.zip
  HASH=$(openssl dgst -sha256 -binary "$ZIP" | base64)
  KEY=sluice/$(sha256sum "$ZIP" | cut -c 1-16).zip
}

@test "deploy uploads the zip, applies its plan, and hands the version over" {
  with_standin
  fake_terraform
  set_alias 1 '{}'
  run scripts/deploy --bucket artifacts --zip "$ZIP" --name acme --release 10 --auto-approve --yes
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  [[ "$output" == *"sluice  version 2 published; the alias live names 1"*"sluice:live  1 90%, 2 10%" ]]
  at 1 '{"2":0.1}'
  [ "$(aws s3 cp "s3://artifacts/$KEY" - --region eu-central-1)" = "a package" ]
  run cat "$BATS_TEST_TMPDIR/terraform"
  [ "${lines[0]}" = "-chdir=infra init -input=false" ]
  [[ "${lines[1]}" == "-chdir=infra plan -input=false -out="*"/plan -var name=acme -var artifact={bucket=\"artifacts\",key=\"$KEY\",content_hash=\"$HASH\"}" ]]
  [[ "${lines[2]}" == "-chdir=infra apply -input=false "*"/plan" ]]
}

@test "a deploy that published nothing new releases nothing" {
  with_standin
  fake_terraform 1
  set_alias 1 '{}'
  run scripts/deploy --bucket artifacts --zip "$ZIP" --release 10 --auto-approve --yes
  [ "$status" -eq 0 ]
  [[ "$output" == *"which the alias live names already: nothing to release" ]]
  at 1 '{}'
}

@test "deploy hands over to the controller with the options that are its own" {
  fake_terraform
  stub "{\"GET $LIVE\": [$(alias_is 1 '{}')], \"POST $CONTROL\": [$(answered 201 "$ROLLOUT")],
    \"PUT /artifacts/$KEY\": [{\"status\": 200}]}"
  run scripts/deploy --bucket artifacts --zip "$ZIP" --control --auto-approve --yes -- --preset cautious
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  [ "$(jq -r 'select(.path | endswith("invocations")).body' "$requests" | jq -r .body | jq -c .)" = \
    '{"model":"sluice","version":"2","preset":"cautious","start":true}' ]
}

@test "deploy stops at the plan, at a plan that failed, and before the upload" {
  with_standin
  fake_terraform
  run scripts/deploy --bucket artifacts --zip "$ZIP" --plan-only --var-file scripts/test.d/stub.py
  [ "$status" -eq 0 ]
  [ "$(grep -c -- " -var-file=$ROOT/scripts/test.d/stub.py " "$BATS_TEST_TMPDIR/terraform")" -eq 1 ]
  [ "$(grep -c apply "$BATS_TEST_TMPDIR/terraform")" -eq 0 ]
  printf other >"$ZIP"
  FAIL=plan run scripts/deploy --bucket artifacts --zip "$ZIP" --auto-approve --yes
  [ "$status" -eq 1 ]
  [ "$(grep -c apply "$BATS_TEST_TMPDIR/terraform")" -eq 0 ]
  run scripts/deploy --bucket no-such-bucket --zip "$ZIP" --auto-approve --yes
  [ "$status" -eq 1 ]
  [ "$(grep -c apply "$BATS_TEST_TMPDIR/terraform")" -eq 0 ]
  FAIL=apply run scripts/deploy --bucket artifacts --zip "$ZIP" --auto-approve --yes
  [ "$status" -eq 1 ]
  [[ "$output" == *"or in parts only"* ]]
}

@test "a dry run of deploy prints every call and makes none" {
  [ -z "$MISSING" ] || skip "$MISSING"
  fake_terraform
  AWS_ENDPOINT_URL=http://127.0.0.1:9 run scripts/deploy --bucket artifacts --zip "$ZIP" --control --dry-run -- --wait
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "terraform -chdir=infra init -input=false" ]
  [[ "${lines[1]}" == "terraform -chdir=infra plan "*"content_hash=\"$HASH\"}'" ]]
  [ "${lines[2]}" = "aws s3 cp --only-show-errors $ZIP s3://artifacts/$KEY" ]
  [[ "${lines[3]}" == "terraform -chdir=infra apply "* ]]
  [ "${lines[4]}" = "scripts/release --target control:CONTROLLER --model FUNCTION --version VERSION --wait" ]
  [ ! -f "$BATS_TEST_TMPDIR/terraform" ]
}

@test "an image is pushed by docker and applied by its digest" {
  with_standin
  fake_terraform
  digest=sha256:$(printf '%064d' 7) image=1.dkr.ecr.eu-central-1.amazonaws.com/sluice
  cat >"$BATS_TEST_TMPDIR/fakes/docker" <<TEXT
#!/usr/bin/env bash
printf '%s\n' "\$*" >>"$BATS_TEST_TMPDIR/docker"
case "\$1" in login) cat >/dev/null ;; inspect) printf 'other/one@sha256:1\n$image@$digest\n' ;; esac
TEXT
  chmod +x "$BATS_TEST_TMPDIR/fakes/docker"
  run scripts/deploy --image "$image:v2" --push --plan-only
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  grep -qx "push $image:v2" "$BATS_TEST_TMPDIR/docker"
  grep -q -- "-var package_type=Image -var snap_start=false -var image_uri=$image@$digest\$" "$BATS_TEST_TMPDIR/terraform"
  run scripts/deploy --image "$image@$digest" --plan-only
  [ "$status" -eq 0 ]
  [ "$(grep -c push "$BATS_TEST_TMPDIR/docker")" -eq 1 ]
  # A tag can move under a version.
  run scripts/deploy --image "$image:v2" --plan-only
  [ "$status" -eq 2 ]
}

@test "deploy names the tool that is missing, and what does not fit together is wrong use" {
  for tool in jq basename openssl; do ln -sf "$(command -v $tool)" "$(plain_path)/$tool"; done
  printf '#!/bin/sh\n' >"$(plain_path)/aws"
  chmod +x "$(plain_path)/aws"
  touch "$BATS_TEST_TMPDIR/sluice.zip"
  run env -i PATH="$(plain_path)" scripts/deploy --bucket b-1 --zip "$BATS_TEST_TMPDIR/sluice.zip" --plan-only
  [ "$status" -eq 1 ]
  [[ "$output" == "scripts/deploy: terraform is missing"* ]]
  ln -sf aws "$(plain_path)/terraform"
  run env -i PATH="$(plain_path)" scripts/deploy --image r/x:1 --push --plan-only
  [ "$status" -eq 1 ]
  [[ "$output" == "scripts/deploy: docker is missing"* ]]
  for command in "" "--bucket" "--bucket b-1 --zip nowhere.zip" "--bucket B/1" "--bucket b-1 --image x" "--bucket b-1 --auto-approve" \
    "--bucket b-1 --yes" "--bucket b-1 --release 10 --control --dry-run" "--bucket b-1 --plan-only --control" \
    "--bucket b-1 --dry-run -- --wait" "--image x:1 --plan-only" "--image r/x@sha256:1 --push --plan-only" "--bucket b-1 --var-file nowhere"; do
    run scripts/deploy $command </dev/null
    [ "$status" -eq 2 ] || { echo "$command: $status $output"; false; }
  done
}
