#!/usr/bin/env bats
# The scripts for rollouts, against a service that says what a test wants it to say.

load shell

TOKEN='a-token"with\every$thing-in-it'

teardown() {
  [ -z "${stub:-}" ] || { kill "$stub" 2>/dev/null && wait "$stub" 2>/dev/null || true; }
}

# stub SCENARIO: starts the service of the test; `requests` then holds what it was asked.
stub() {
  serve_stub "$1"
  export SLUICE_TARGET=$url ADMIN_TOKEN=$TOKEN USER=kim
  unset SLUICE_ACTOR NO_COLOR
}

# rollout STATE [MEMBERS]: a rollout as the service shows it.
rollout() {
  jq -cn --arg state "$1" --argjson more "${2:-{\}}" '{
    id: "r1", revision: 7, model: "digits", stable: "A", canary: "B", name: "", description: "", tags: [],
    created_by: "kim", created_at: "2026-11-20T23:39:00Z", started_at: "2026-11-20T23:40:00Z", state: $state, steps: 4,
    share: 25, mode: "act", headline: "running, step 3 of 4, 25 % of the traffic", possible: ["pause", "rollback"],
    guards: [
      {name: "error_rate", verdict: "safe", next_verdict: "safe", value: 0.95, value_is: "ratio",
        interval: {lower: 0.61, upper: 1.44}, stable: {n: 45210, events: 91}, canary: {n: 15102, events: 29},
        harm: {evidence_log10: -0.4, threshold_log10: 1.6},
        safe: {shares: [{share: 50, verdict: "safe", limit: "canary at most 1.50 x stable", evidence_log10: 2.1, threshold_log10: 1.3}]}},
      {name: "latency_p95", verdict: "undecided", next_verdict: "undecided", value: 0.96, value_is: "ratio",
        interval: {lower: 0.84}, stable: {n: 45210}, canary: {n: 15102}, harm: {evidence_log10: 0, threshold_log10: 1.6},
        safe: {shares: [{share: 50, verdict: "undecided", limit: "slow tail of the canary at most 1.50 x stable'"'"'s", evidence_log10: 0.9, threshold_log10: 1.3}]}}],
    split: {verdict: "safe", expected: 25, seen: 25.02}, troubles: [], notes: [],
    results: {observed_seconds: 600, stable: {n: 45210, errors: 91, p95_ms: 31.2}, canary: {n: 15102, errors: 29, p95_ms: 28.9}},
    plan: {steps: [{share: 1}, {share: 5}, {share: 25}, {share: 50}], guards: [{name: "error_rate", metric: "error_rate", kind: "ratio", safe: 1.5}], promotion: "auto"}}
    + (if $state == "running" then {step: 3, step_since: "2026-11-20T23:47:10Z", next_share: 50, waits_for: ["latency_p95"], minutes_to_promotion: 9} else {} end)
    + $more'
}

# entry SEQUENCE FROM TO SENTENCE
entry() {
  jq -cn --argjson sequence "$1" --arg from "$2" --arg to "$3" --arg sentence "$4" '{sequence: $sequence, rollout: "r1",
    model: "digits", revision: $sequence, at: "2026-11-20T23:40:0\($sequence)Z", kind: "moved", from: $from, to: $to,
    share_from: 1, share_to: 5, actor: "judge", code: "x", reason: "", sentence: $sentence}'
}

STARTED=$(entry 1 draft starting "starting for 0 s: B is being loaded")
STEPPED=$(entry 2 running running "running, step 2 of 4")
BACK=$(entry 3 running rolled_back "rolled back by judge after 2 min 11 s: error_rate proven worse: 4.1 % (n=612) against 0.2 % (n=5480)")
UP=$(entry 3 running promoted "promoted by judge after 30 min: proven safe")

# active ROLLOUT …: an answer of the list.
list() { jq -cn '{status: 200, body: {rollouts: $ARGS.positional}}' --jsonargs "$@"; }
history() { jq -cn '{status: 200, body: {history: $ARGS.positional}}' --jsonargs "$@"; }
ok() { jq -c '{status: 200, body: .}' <<<"$1"; }

# Nothing was asked that changes anything.
nothing_sent() { [ "$(jq -r '.method' "$requests" | grep -c POST)" -eq 0 ]; }

# refusal STATUS MEMBERS
refusal() { jq -cn --argjson status "$1" --argjson more "$2" '{status: $status, body: ({type: "urn:x", status: $status} + $more)}'; }

# follows STATE ENTRY: a rollout that is started, goes a step and ends so.
follows() {
  cat <<TEXT
{"POST /admin/rollouts": [$(jq -c '{status: 201, body: .}' <<<"$(rollout starting)")],
 "GET /admin/rollouts/r1": [$(ok "$(rollout running)"), $(ok "$(rollout "$1" '{"revision": 8, "share": 0}')")],
 "GET /admin/rollouts/r1/history": [$(history "$STEPPED" "$STARTED"), $(history "$2" "$STEPPED" "$STARTED")]}
TEXT
}

@test "a release that waits prints a line a transition and ends 5 when it is rolled back, saying why" {
  stub "$(follows rolled_back "$BACK")"
  run scripts/release --model digits --version B --wait
  [ "$status" -eq 5 ]
  [[ "$output" == *"23:40:01  starting for 0 s"*"23:40:02  running, step 2 of 4"*"23:40:03  rolled back by judge after 2 min 11 s: error_rate proven worse: 4.1 %"* ]]
  [[ "${lines[${#lines[@]}-1]}" == "          traffic is 100 % A. Record: /admin/rollouts/r1" ]]
  # Each once.
  [ "$(grep -c 'step 2 of 4' <<<"$output")" -eq 1 ]
}

@test "a quiet release that waits says only how it ended" {
  stub "$(follows rolled_back "$BACK")"
  run scripts/release --version B --wait --quiet
  [ "$status" -eq 5 ]
  [ "${#lines[@]}" -eq 2 ]
  [[ "${lines[1]}" == *"traffic is 100 % A."* ]]
}

@test "a release that waits ends 0 when it is promoted" {
  stub "$(follows promoted "$UP")"
  run scripts/release --version B --wait
  [ "$status" -eq 0 ]
  [[ "$output" == *"traffic is 100 % B."* ]]
}

@test "a release that waits ends 1 when it failed, and 6 when a person has to decide" {
  stub "$(follows failed "$BACK")"
  run scripts/release --version B --wait
  [ "$status" -eq 1 ]
  teardown
  rm "$BATS_TEST_TMPDIR/port"
  stub "$(follows paused "$(entry 3 running paused "paused by clock: time was up without proof")")"
  run scripts/release --version B --wait
  [ "$status" -eq 6 ]
  [[ "$output" == *"time was up without proof"*"a person decides: pause, rollback"* ]]
}

@test "a release that waits ends 6 when its time is up, and says that the rollout goes on" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout starting)")], \"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")],
    \"GET /admin/rollouts/r1/history\": [$(history "$STARTED")]}"
  run scripts/release --version B --wait --timeout 1s
  [ "$status" -eq 6 ]
  [[ "$output" == *"r1 is still running; it goes on: scripts/watch r1"* ]]
}

@test "waiting outlives a service that is away for a while" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout starting)")],
    \"GET /admin/rollouts/r1\": [{\"drop\": true}, {\"status\": 503}, $(ok "$(rollout promoted)")],
    \"GET /admin/rollouts/r1/history\": [$(history "$UP")]}"
  run scripts/release --version B --wait
  [ "$status" -eq 0 ]
  [[ "$output" == *"trying again"*"answers again"*"promoted by judge"* ]]
  [ "$(grep -c 'trying again' <<<"$output")" -eq 1 ]
}

@test "waiting ends 7 when the service stays away until the time is up" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout starting)")], \"GET /admin/rollouts/r1\": [{\"drop\": true}]}"
  run scripts/release --version B --wait --timeout 1s
  [ "$status" -eq 7 ]
  [[ "$output" == *"nobody answers"*"the rollout is r1"* ]]
}

@test "a release sends the plan that its options and its file say, the options winning" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout starting)")]}"
  echo '{"preset": "fast", "steps": [2], "guards": []}' >"$BATS_TEST_TMPDIR/plan.json"
  run scripts/release --model digits --version B --plan "$BATS_TEST_TMPDIR/plan.json" --step 1,5.5,50 --window 10 \
    --min-windows 3 --min-windows-per-step 1 --min-units-per-step 50 --promotion manual --pace time --mode observe \
    --auto-rollback off --units caller --significance 0.01 --deadline 30 --on-timeout rollback --name "Friday's" --tag x \
    --tag y --reason 'a "good" one'
  [ "$status" -eq 0 ]
  expected='{"model":"digits","version":"B","preset":"fast","steps":[1,5.5,50],"guards":[],"window_seconds":10,
    "min_windows_total":3,"min_windows_per_step":1,"min_units_per_step":50,"promotion":"manual","pace":"time","mode":"observe",
    "auto_rollback":false,"units":"caller","significance":0.01,"deadline_minutes":30,"on_timeout":"rollback","name":"Friday'"'"'s",
    "description":"a \"good\" one","tags":["x","y"],"start":true}'
  [ "$(jq -r '.body' "$requests" | jq -cS .)" = "$(jq -cS . <<<"$expected")" ]
}

@test "a request that got no answer is sent again with the same key" {
  stub "{\"POST /admin/rollouts\": [{\"drop\": true}, {\"status\": 503}, $(ok "$(rollout starting)")]}"
  run scripts/release --version B
  [ "$status" -eq 0 ]
  [ "$(wc -l <"$requests")" -eq 3 ]
  [ "$(jq -r '.headers["Idempotency-Key"]' "$requests" | sort -u | grep -c '^cli-[0-9a-f]\{32\}$')" -eq 1 ]
}

@test "two releases have keys of their own" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout starting)")]}"
  scripts/release --version B
  scripts/release --version B
  [ "$(jq -r '.headers["Idempotency-Key"]' "$requests" | sort -u | wc -l)" -eq 2 ]
}

@test "the token is sent as it is, from the environment or a file, and nobody sees it among arguments" {
  stub "{\"GET /admin/rollouts\": [$(list)], \"GET /admin/config\": [{\"body\": {\"models\": {}}}]}"
  mkdir "$BATS_TEST_TMPDIR/spy"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s"\nexec %s "$@"\n' "$BATS_TEST_TMPDIR/arguments" "$(command -v curl)" >"$BATS_TEST_TMPDIR/spy/curl"
  chmod +x "$BATS_TEST_TMPDIR/spy/curl"
  PATH=$BATS_TEST_TMPDIR/spy:$PATH run scripts/status
  [ "$status" -eq 0 ]
  printf '%s\n' "$TOKEN" >"$BATS_TEST_TMPDIR/token"
  ADMIN_TOKEN='' PATH=$BATS_TEST_TMPDIR/spy:$PATH run scripts/status --token-file "$BATS_TEST_TMPDIR/token"
  [ "$status" -eq 0 ]
  [ "$(jq -r '.headers.Authorization' "$requests" | sort -u)" = "Bearer $TOKEN" ]
  [ -s "$BATS_TEST_TMPDIR/arguments" ]
  [ "$(grep -cF 'with\every' "$BATS_TEST_TMPDIR/arguments")" -eq 0 ]
  run scripts/status --token "$TOKEN"
  [ "$status" -eq 2 ]
}

@test "a release that is not possible ends 2 with every fault, one a line" {
  stub "{\"POST /admin/rollouts\": [$(refusal 400 '{"detail": "the body does not fit", "errors": [
    {"pointer": "/steps/1", "detail": "shares must grow"}, {"pointer": "/guards/0/metric", "detail": "one of these"}]}')]}"
  run scripts/release --version B
  [ "$status" -eq 2 ]
  [[ "$output" == *"the body does not fit"*"  /steps/1  shares must grow"*"  /guards/0/metric  one of these"* ]]
}

@test "refusals end with the code of their kind" {
  for pair in "400 2" "401 4" "403 4" "404 2" "409 3" "422 2" "429 1" "500 1"; do
    stub "{\"POST /admin/rollouts\": [$(refusal "${pair% *}" '{"detail": "so it is", "state": "paused", "possible": ["resume"]}')]}"
    run scripts/release --version B
    [ "$status" -eq "${pair#* }" ] || { echo "$pair: $status $output"; false; }
    [[ "$output" == *"so it is"*"it is paused; possible now: resume"* ]]
    teardown
    rm "$BATS_TEST_TMPDIR/port"
  done
}

@test "what a person named and is not there is wrong use" {
  stub "{\"GET /admin/rollouts/zz\": [$(refusal 404 '{"detail": "no rollout is called zz"}')]}"
  run scripts/status zz
  [ "$status" -eq 2 ]
  [ "$output" = "scripts/status: no rollout is called zz" ]
}

@test "without a token the way to one is told" {
  stub "{\"GET /admin/rollouts\": [$(refusal 401 '{"detail": "a token is needed"}')]}"
  ADMIN_TOKEN='' run scripts/status
  [ "$status" -eq 4 ]
  [[ "$output" == *"set ADMIN_TOKEN or give --token-file"* ]]
}

@test "where nobody listens it is 7" {
  for script in status watch history explain "pause --yes" "rollback r1 --yes" "release --version B"; do
    SLUICE_TARGET=http://127.0.0.1:9 run scripts/$script
    [ "$status" -eq 7 ] || { echo "$script: $status $output"; false; }
    [[ "$output" == *"nobody answers at http://127.0.0.1:9"* ]]
  done
}

@test "targets that are none are refused" {
  for target in lambda:f alb:arn:x control: ftp://x '' "http://a b"; do
    run scripts/status --target "$target"
    [ "$status" -eq 2 ]
  done
  run scripts/status --target ftp://x
  [[ "$output" == *"--target takes http://HOST:PORT, https://HOST, control:FUNCTION, lambda:FUNCTION:ALIAS, alb:RULE_ARN or nginx:FILE"* ]]
}

@test "an answer that is no JSON is no answer, and no crash" {
  stub '{"GET /admin/rollouts": [{"status": 502, "body": "<html>bad gateway</html>", "type": "text/html"}]}'
  run scripts/status
  [ "$status" -eq 1 ]
  [[ "$output" == *"the service answered 502"* ]]
}

@test "status draws the tree" {
  stub "{\"GET /admin/rollouts\": [$(list "$(rollout running)" "$(rollout promoted '{"id": "r0", "ended_at": "2026-11-20T22:00:00Z"}')")],
    \"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")], \"GET /admin/rollouts/r1/history\": [$(history "$STEPPED" "$STARTED")]}"
  run scripts/status --model digits
  [ "$status" -eq 0 ]
  expected='digits  running  step 3/4 at 25%  since 2026-11-20 23:47:10  rollout r1
├─ versions
│  ├─ A  stable     75%  n=45210  errors=91  p95=31.2 ms
│  └─ B  canary     25%  n=15102  errors=29  p95=28.9 ms
├─ checks
│  ├─ ok  SAFE       error_rate   ratio 0.95 in [0.61, 1.44]  limit: canary at most 1.50 x stable  log10e 2.1/1.3
│  ├─ ..  UNDECIDED  latency_p95  ratio 0.96, at least 0.84  limit: slow tail of the canary at most 1.50 x stable'"'"'s  log10e 0.9/1.3
│  └─ ok  SAFE       split        25 % expected, 25 % seen
├─ next  50 % when latency_p95 is proven not worse; promotion in about 9 min at this traffic (estimate)
└─ history
   ├─ 23:40:01  draft → starting      by judge   starting for 0 s: B is being loaded
   └─ 23:40:02  1% → 5%               by judge   running, step 2 of 4'
  [ "$output" = "$expected" ] || { diff <(echo "$output") <(echo "$expected"); false; }
}

@test "status gives the JSON as it came" {
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")], \"GET /admin/rollouts\": [$(list "$(rollout running)")]}"
  run scripts/status r1 --output json
  [ "$status" -eq 0 ]
  [ "$(jq -c . <<<"$output")" = "$(rollout running)" ]
  run scripts/status --output json
  [ "$(jq -r '.rollouts[0].id' <<<"$output")" = r1 ]
}

@test "status without a rollout says so and shows the standing split" {
  stub "{\"GET /admin/rollouts\": [$(list "$(rollout rolled_back '{"ended_at": "2026-11-20T22:00:00Z", "headline": "rolled back by judge"}')")],
    \"GET /admin/config\": [{\"body\": {\"models\": {\"digits\": {\"stable\": \"A\", \"weights\": {\"A\": 0.9, \"B\": 0.1}}}}}]}"
  run scripts/status
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "no rollout is active" ]
  [ "${lines[1]}" = "last: r1  digits  B  rolled back by judge" ]
  [ "${lines[2]}" = "digits  90% A, 10% B  stable A" ]
}

@test "what people wrote cannot move the cursor of who reads it" {
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running '{"name": "x\u001b[2Jy"}')")],
    \"GET /admin/rollouts/r1/history\": [$(history "$(entry 1 a b $'\e[31mred')")]}"
  run scripts/status r1
  [ "$status" -eq 0 ]
  [[ "$output" != *$'\e'* ]]
}

@test "verbs find the only active rollout" {
  for verb in pause resume promote rollback; do
    stub "{\"GET /admin/rollouts\": [$(list "$(rollout running)")], \"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")],
      \"POST /admin/rollouts/r1/$verb\": [$(ok "$(rollout paused '{"headline": "as it is now"}')")]}"
    run scripts/$verb --model digits --reason 'why "not"' --yes
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [ "$output" = "digits  as it is now" ]
    sent=$(tail -n 1 "$requests")
    [ "$(jq -r .path <<<"$sent")" = "/admin/rollouts/r1/$verb" ]
    [ "$(jq -r .body <<<"$sent")" = '{"reason":"why \"not\""}' ]
    [ "$(jq -r '.headers["X-Sluice-Actor"]' <<<"$sent")" = kim ]
    teardown
    rm "$BATS_TEST_TMPDIR/port"
  done
}

@test "a verb with several rollouts lists them and is 2, with none it is 3" {
  stub "{\"GET /admin/rollouts\": [$(list "$(rollout running)" "$(rollout paused '{"id": "r2", "model": "sms"}')"), $(list "$(rollout promoted '{"ended_at": "x"}')")]}"
  run scripts/rollback --yes
  [ "$status" -eq 2 ]
  [[ "$output" == *"r1  digits  B  running"*"r2  sms  B  paused"* ]]
  run scripts/rollback --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"no rollout is active"* ]]
}

@test "promote without a rollout promotes the canary of the standing split" {
  stub "{\"GET /admin/rollouts\": [$(list)], \"GET /admin/config\": [{\"body\": {\"models\": {\"digits\": {}}}}],
    \"POST /admin/promote\": [{\"body\": {\"models\": {\"digits\": {\"stable\": \"B\", \"weights\": {\"B\": 1, \"A\": 0}}}}}]}"
  run scripts/promote --model digits --reason fix --yes
  [ "$status" -eq 0 ]
  [ "$output" = "digits  100% B, 0% A  stable B" ]
  [ "$(tail -n 1 "$requests" | jq -r .body)" = '{"model":"digits","reason":"fix"}' ]
}

@test "without a terminal a verb needs --yes, and does nothing without" {
  stub "{\"GET /admin/rollouts\": [$(list "$(rollout running)")], \"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")]}"
  for verb in pause resume promote rollback; do
    run scripts/$verb </dev/null
    [ "$status" -eq 2 ]
    [[ "$output" == *"needs --yes"* ]]
  done
  run scripts/release --version B --skip-proof --reason fire </dev/null
  [ "$status" -eq 2 ]
  nothing_sent
}

@test "a dry run of a verb prints the call and what it does to the traffic, and sends nothing" {
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")]}"
  run scripts/rollback r1 --reason "it's bad" --dry-run
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" == "curl -X POST $SLUICE_TARGET/admin/rollouts/r1/rollback -H \"Authorization: Bearer \$ADMIN_TOKEN\""* ]]
  [ "${lines[1]}" = "# digits: B takes 25 %, A the rest → A takes 100 %" ]
  [[ "$output" != *"$TOKEN"* ]]
  nothing_sent
}

@test "what a dry run prints can be typed" {
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")], \"POST /admin/rollouts/r1/pause\": [{\"body\": {}}]}"
  run scripts/pause r1 --reason "it's \"odd\" \$HOME" --dry-run
  bash -c "${lines[0]}"
  [ "$(tail -n 1 "$requests" | jq -r .body | jq -r .reason)" = "it's \"odd\" \$HOME" ]
  [ "$(tail -n 1 "$requests" | jq -r .headers.Authorization)" = "Bearer $TOKEN" ]
}

@test "a dry run of a release shows what the service makes of it, and asks for a dry run only" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout draft '{"warnings": ["too little traffic"], "forecast": {"minutes_to_promotion": 12}}')")]}"
  run scripts/release --version B --preset fast --dry-run
  [ "$status" -eq 0 ]
  [[ "$output" == *"curl -X POST"*'"preset":"fast"'*"B against A, in steps of 1%, 5%, 25%, 50%"*"guard error_rate"*"about 12 min"*"warning: too little traffic"* ]]
  [ "$(jq -r '.body' "$requests" | jq -r .dry_run)" = true ]
}

@test "skipping the proof promotes with the reason once the canary has traffic" {
  stub "{\"POST /admin/rollouts\": [$(ok "$(rollout starting)")],
    \"GET /admin/rollouts/r1\": [$(ok "$(rollout starting)"), $(ok "$(rollout running)"), $(ok "$(rollout promoted)")],
    \"POST /admin/rollouts/r1/promote\": [$(ok "$(rollout promoted)")], \"GET /admin/rollouts/r1/history\": [$(history "$UP")]}"
  run scripts/release --version B --skip-proof --reason "hot fix" --yes --wait
  [ "$status" -eq 0 ]
  [ "$(jq -r 'select(.path == "/admin/rollouts/r1/promote") | .body' "$requests")" = '{"reason":"hot fix"}' ]
  run scripts/release --version B --skip-proof --yes
  [ "$status" -eq 2 ]
}

@test "watch prints a line an event, misses none when the connection breaks, and ends as the rollout ends" {
  stub "{\"GET /admin/rollouts\": [$(list "$(rollout running)")],
    \"GET /admin/rollouts/r1\": [$(ok "$(rollout running)"), $(ok "$(rollout running)"), $(ok "$(rollout running)"), $(ok "$(rollout running)"), $(ok "$(rollout running)"), $(ok "$(rollout rolled_back)")],
    \"GET /admin/rollouts/r1/history\": [$(history "$STARTED"), $(history "$STARTED")],
    \"GET /admin/events\": [
      $(jq -cn --argjson e "$STEPPED" '{type: "text/event-stream", body: (": \n\nid: 2\nevent: moved\ndata: \($e)\n\nid: 2\nevent: moved\ndata: \($e)\n\n")}'),
      $(jq -cn --argjson e "$BACK" '{type: "text/event-stream", body: ("id: 3\nevent: moved\ndata: \($e)\n\n")}')]}"
  run scripts/watch
  [ "$status" -eq 5 ]
  [ "$(grep -c 'starting for 0 s' <<<"$output")" -eq 1 ]
  [ "$(grep -c 'step 2 of 4' <<<"$output")" -eq 1 ]
  [ "$(grep -c 'rolled back by judge' <<<"$output")" -eq 1 ]
  [[ "$output" == *"traffic is 100 % A."* ]]
  [[ "$(jq -r 'select(.path | startswith("/admin/events")) | .path' "$requests" | tail -n 1)" == "/admin/events?after=2&model=digits" ]]
}

@test "watch draws the tree anew on a terminal" {
  command -v script >/dev/null || skip "there is no script to make a terminal with"
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running)"), $(ok "$(rollout running)"), $(ok "$(rollout rolled_back)")],
    \"GET /admin/rollouts/r1/history\": [$(history)], \"GET /admin/events\": [
      $(jq -cn --argjson e "$BACK" '{type: "text/event-stream", body: ("id: 3\nevent: moved\ndata: \($e)\n\n")}')]}"
  run script -qec "scripts/watch r1" /dev/null
  [ "$status" -eq 5 ]
  [[ "$output" == *$'\e[H\e[2J'*"digits"*"running"*$'\e[H\e[2J'*"digits"*"rolled back"*"traffic is 100 % A."* ]]
  [[ "$(jq -r 'select(.path | startswith("/admin/events")) | .path' "$requests")" == "/admin/events?after=0&model=digits" ]]
}

@test "watch of nothing is a conflict" {
  stub "{\"GET /admin/rollouts\": [$(list)]}"
  run scripts/watch
  [ "$status" -eq 3 ]
}

@test "history is newest first, of all, of a model or of a rollout" {
  stub "{\"GET /admin/history\": [$(history "$BACK" "$STARTED")], \"GET /admin/rollouts/r1/history\": [$(history)]}"
  run scripts/history --model digits --limit 2
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" == "2026-11-20 23:40:03  digits  r1  running → rolled back"*"by judge   rolled back by judge after 2 min 11 s"* ]]
  [ "$(jq -r .path "$requests" | head -n 1)" = "/admin/history?limit=2&model=digits" ]
  run scripts/history r1
  [ "$output" = "nothing was decided yet" ]
  run scripts/history --output json
  [ "$(jq '.history | length' <<<"$output")" -eq 2 ]
}

@test "history names the versions of each rollout, where they are known" {
  stub "{\"GET /admin/history\": [$(history "$BACK" "$(jq -c '.rollout = "r0"' <<<"$STARTED")")],
    \"GET /admin/rollouts\": [$(list "$(rollout rolled_back)")],
    \"GET /admin/rollouts/r1\": [$(ok "$(rollout rolled_back)")], \"GET /admin/rollouts/r1/history\": [$(history "$BACK")]}"
  run scripts/history --model digits
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" == "2026-11-20 23:40:03  digits  r1  A → B  running → rolled back  "* ]]
  [[ "${lines[1]}" == "2026-11-20 23:40:01  digits  r0         draft → starting      "* ]]
  [ "$(jq -r .path "$requests" | tail -n 1)" = "/admin/rollouts?limit=200&model=digits" ]
  run scripts/history r1
  [[ "$output" == "2026-11-20 23:40:03  digits  r1  A → B  running → rolled back  "* ]]
}

@test "who names a model that is not there has misspelt it" {
  stub "{\"GET /admin/history\": [$(history)], \"GET /admin/rollouts\": [$(list)],
    \"GET /admin/config\": [{\"body\": {\"models\": {\"digits\": {}}}}, {\"body\": {\"models\": {\"digits\": {}}}}]}"
  for script in history status; do
    run scripts/$script --model digist
    [ "$status" -eq 2 ]
    [ "$output" = "scripts/$script: no model is called digist" ]
  done
}

@test "whoever answers anything to everything is no Sluice" {
  for body in '{"ok": true}' '"<html>please log in</html>"' '""'; do
    for script in "status" "status r1" "history" "explain r1" "watch r1 --timeout 1s" "pause r1 --yes" "rollback r1 --yes" "release --version B"; do
      answer="[{\"status\": 200, \"body\": $body}]"
      stub "{\"GET /admin/rollouts\": $answer, \"GET /admin/rollouts/r1\": $answer, \"GET /admin/history\": $answer,
        \"GET /admin/rollouts/r1/explain\": $answer, \"POST /admin/rollouts\": $answer, \"POST /admin/rollouts/r1/pause\": $answer,
        \"POST /admin/rollouts/r1/rollback\": $answer}"
      # shellcheck disable=SC2086 # words
      run scripts/$script
      [ "$status" -eq 7 ] || { echo "$script, $body: $status $output"; false; }
      [[ "$output" == *"no Sluice"* ]]
      teardown
      rm "$BATS_TEST_TMPDIR/port"
    done
  done
}

@test "explain says the sentence and shows each guard" {
  stub "{\"GET /admin/rollouts/r1/explain\": [$(ok "$(rollout running '{"sentence": "not yet proven safe", "recommendation": {"advice": "continue", "reason": "undecided"}}')")]}"
  run scripts/explain r1
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "not yet proven safe" ]
  [[ "$output" == *"advice: continue, because undecided"*"waits for: latency_p95"*"error_rate   safe       ratio 0.95 in [0.61, 1.44]"*"45210      15102"*"2.1/1.3"* ]]
  run scripts/explain r1 --output json
  [ "$(jq -r .sentence <<<"$output")" = "not yet proven safe" ]
}

@test "of a guard that proved harm the limit of harm is shown" {
  harmful=$(rollout rolled_back '{"sentence": "rolled back"}' | jq -c '.guards = [.guards[0] + {verdict: "harmful", next_verdict: "harmful",
    value: 38.8, interval: {lower: 8.17}, sentence: "wrong proven worse: 33 % (n=66), ratio at least 8.17, limit 1.20, log10e 8.1 of 1.6"}]')
  stub "{\"GET /admin/rollouts/r1/explain\": [$(ok "$harmful")], \"GET /admin/rollouts/r1\": [$(ok "$harmful")],
    \"GET /admin/rollouts/r1/history\": [$(history "$BACK")]}"
  run scripts/explain r1
  [ "$status" -eq 0 ]
  [[ "$output" == *"harmful    ratio 38.8, at least 8.17 "*"  harm above 1.20"* ]]
  run scripts/status r1
  [[ "$output" == *"HARMFUL    error_rate  ratio 38.8, at least 8.17  limit: harm above 1.20  log10e"* ]]
}

@test "explain of nothing is a conflict, and names the rollout that ended last" {
  stub "{\"GET /admin/rollouts\": [$(list "$(rollout promoted '{"id": "r1", "ended_at": "2026-11-20T22:00:00Z"}')" "$(rollout failed '{"id": "r0", "ended_at": "2026-11-20T21:00:00Z"}')"), $(list)]}"
  run scripts/explain --model digits
  [ "$status" -eq 3 ]
  [[ "$output" == "scripts/explain: no rollout is active on digits; the last one is r1: scripts/explain r1 says "*"scripts/history"* ]]
  run scripts/explain
  [ "$status" -eq 3 ]
  [ "$output" = "scripts/explain: no rollout is active" ]
}

@test "a rollout that nobody is counted in says where to look" {
  quiet=$(rollout running '{"sentence": "no data yet, which is not health", "results": {"stable": {"n": 0}, "canary": {"n": 0}}}' |
    jq -c '.guards |= map(del(.stable, .canary)) | .plan.window_seconds = 10')
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$quiet")], \"GET /admin/rollouts/r1/history\": [$(history "$STARTED")],
    \"GET /admin/rollouts/r1/explain\": [$(ok "$(jq -c 'del(.results, .model)' <<<"$quiet")")]}"
  hint="no requests were counted yet (a window takes 10 s); if this stays, look whether requests for digits arrive here"
  run scripts/status r1
  [[ "$output" == *"├─ no data  $hint"* ]]
  run scripts/explain r1
  [ "${lines[${#lines[@]}-1]}" = "$hint" ]
}

@test "waiting says where to look after a minute without requests, once, and again ten minutes later" {
  cat >"$BATS_TEST_TMPDIR/wait" <<'TEXT'
set -euo pipefail
. scripts/lib/admin.sh
. scripts/lib/rollouts.sh
# Of no clock from here on.
unset SECONDS
at() { SECONDS=$1 looked=$(jq -c --argjson n "$2" '.results = {stable: {n: $n}, canary: {n: 0}} | .state = $state' --arg state "${3:-running}" <<<"$all"); note_silence; }
at 0 0 starting
at 5 0
at 64 0
echo "a minute" >&2
at 65 0
at 66 0
at 664 0
echo "eleven" >&2
at 665 0
echo "traffic" >&2
at 666 40
at 700 40
at 720 80
at 779 80
echo "none any more" >&2
at 780 80
TEXT
  all=$(rollout running | jq -c '.plan.window_seconds = 10') run bash "$BATS_TEST_TMPDIR/wait"
  [ "$status" -eq 0 ]
  said="          no requests for digits were counted at http://127.0.0.1:8080 in"
  expected="a minute
$said 60 s: look whether callers ask this service, and this model
eleven
$said 660 s: look whether callers ask this service, and this model
traffic
none any more
$said 60 s: look whether callers ask this service, and this model"
  [ "$output" = "$expected" ] || { diff <(echo "$output") <(echo "$expected"); false; }
}

@test "options without a value, and values that are none, are wrong use" {
  for command in "release" "release --version" "release --version a/b" "release --version B --step a" "release --version B --window ten" \
    "release --version B --timeout soon" "release --version B --plan nowhere.json" "release --version B --auto-rollback maybe" \
    "release --version B extra" "release --version B --plan scripts/release" "history --limit many" "status --output xml" \
    "status --token-file nowhere" "status a b" "status a/b" "pause --timeout 3" "watch --timeout" "explain --reason x"; do
    run scripts/$command
    [ "$status" -eq 2 ] || { echo "$command: $status $output"; false; }
    [[ "$output" == *--help* ]] || { echo "$command: $output"; false; }
  done
}

@test "on a terminal a question comes first, and no means no" {
  command -v script >/dev/null || skip "there is no script to make a terminal with"
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")], \"POST /admin/rollouts/r1/rollback\": [$(ok "$(rollout rolled_back)")]}"
  run bash -c 'echo n | script -qec "scripts/rollback r1" /dev/null'
  [ "$status" -eq 1 ]
  [[ "$output" == *"A takes 100 %"*"Go on? [y/N]"*"nothing was done"* ]]
  nothing_sent
  run bash -c 'echo y | script -qec "scripts/rollback r1" /dev/null'
  [ "$status" -eq 0 ]
  grep -q '"POST"' "$requests"
}

@test "colours are for terminals, and for those who want them" {
  command -v script >/dev/null || skip "there is no script to make a terminal with"
  stub "{\"GET /admin/rollouts/r1\": [$(ok "$(rollout running)")], \"GET /admin/rollouts/r1/history\": [$(history)]}"
  run script -qec "scripts/status r1" /dev/null
  [[ "$output" == *$'\e[36mrunning\e[0m'* ]]
  NO_COLOR=1 run script -qec "scripts/status r1" /dev/null
  [[ "$output" != *$'\e['* ]]
  run script -qec "scripts/status r1 --no-color" /dev/null
  [[ "$output" != *$'\e['* ]]
}
