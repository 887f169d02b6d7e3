# shellcheck shell=bash
# Talks to the admin API of a Sluice, over HTTP or by invoking its controller on Lambda. Sourced by the scripts for
# rollouts, not run.
#
# Exit codes of all of them: 0 done or promoted, 1 failed, 2 wrong use, 3 conflict with the present state, 4 not
# authorised, 5 rolled back, 6 time was up or nothing was decided, 7 nobody answers.

# What is set here is for the scripts, and nginx.sh sets its own.
# shellcheck disable=SC2034,SC2154

# shellcheck source=scripts/lib/aws.sh
. "$(dirname "${BASH_SOURCE[0]}")/aws.sh"

me=scripts/$(basename "$0")
target=${SLUICE_TARGET:-http://127.0.0.1:8080}
kind=http
token=${ADMIN_TOKEN:-}
token_file='' model='' reason='' output=text yes='' dry_run='' quiet=''
colour=true
if [ -n "${NO_COLOR:-}" ] || [ ! -t 1 ]; then colour=false; fi
# Attempts for a request that may be sent again, and how long one may take.
attempts=3
patience=30

wrong() {
  echo "$me: $1 (see --help)" >&2
  exit 2
}

say() { [ -n "$quiet" ] || echo "$1" >&2; }

# complain CODE TEXT: the last words of a script.
complain() {
  # Also where nobody can read it.
  echo "$me: $2" >&2 || true
  exit "$1"
}

# What the options mean that several scripts share; each script's usage ends with it.
usage_of_options() {
  local option direct=''
  echo
  for option in "$@"; do
    case "$option" in
      direct) direct=1 ;;
      --model) echo "  --model NAME       the model, where there is more than one" ;;
      --reason) echo "  --reason TEXT      why; kept in the history" ;;
      --output) echo "  --output FORMAT    text or json" ;;
      --dry-run) echo "  --dry-run          print the call and what it would change, and change nothing" ;;
      --yes) echo "  --yes              do not ask; needed where there is no terminal" ;;
    esac
  done
  cat <<'TEXT'
  --target TARGET    whom to ask (also: SLUICE_TARGET; http://127.0.0.1:8080 if neither is given):
                     http://HOST:PORT or https://HOST, the service; control:FUNCTION, the controller on Lambda, by aws;
                     nginx:FILE, a file with the weights of two instances that nginx includes (function/docs/rollouts.md)
TEXT
  [ -z "$direct" ] || cat <<'TEXT'
                     lambda:FUNCTION:ALIAS or alb:RULE_ARN, the weights themselves, by aws and without any controller; a
                     controller whose rollout is active there undoes it at its next tick
TEXT
  cat <<'TEXT'
  --token-file FILE  holds the admin token (also: ADMIN_TOKEN in the environment); never an argument, which others can see
  --quiet            results only, no progress
  --no-color         no colours (also: NO_COLOR)

Exit codes: 0 done or promoted, 1 failed, 2 wrong use, 3 conflict with the present state, 4 not authorised, 5 rolled back,
6 time was up or nothing was decided, 7 nobody answers. Times are UTC.
TEXT
}

# value_of OPTION VALUE: prints the value, which must be one.
value_of() {
  [ -n "${2:-}" ] || wrong "$1 needs a value"
}

# common_option LIST ARGUMENTS: takes an option that several scripts share, and sets `taken` to the number of arguments
# that it was. LIST holds the optional ones that this script knows.
common_option() {
  local known=" $1 --target --token-file --quiet --no-color "
  shift
  taken=1
  case "$known" in *" $1 "*) ;; *)
    case "$1" in
      --help | -h) usage; exit 0 ;;
      *) wrong "unknown argument: $1" ;;
    esac
    ;;
  esac
  case "$1" in
    --quiet) quiet=1 ;;
    --no-color) colour=false ;;
    --yes) yes=1 ;;
    --dry-run) dry_run=1 ;;
    *)
      value_of "$1" "${2:-}"
      taken=2
      case "$1" in
        --target) target=$2 ;;
        --token-file) token_file=$2 ;;
        --model) model=$2 ;;
        --reason) reason=$2 ;;
        --output)
          case "$2" in text | json) output=$2 ;; *) wrong "--output is text or json: $2" ;; esac
          ;;
      esac
      ;;
  esac
}

# need_tools TOOL …
need_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    case "$tool" in
      aws) complain 1 "aws is missing: install the AWS CLI (pip install awscli, or https://aws.amazon.com/cli)." ;;
      flock) complain 1 "flock is missing: install it (Debian: apt-get install util-linux)." ;;
      *) complain 1 "$tool is missing: install it (Debian: apt-get install $tool)." ;;
    esac
  done
}

# For scripts that ask a controller, and nobody else.
ready_to_ask() {
  case "$target" in
    lambda:* | alb:*) wrong "only a controller knows that, and $target has none: use --target control:FUNCTION" ;;
  esac
  look_at_options
  [ "$kind" != nginx ] || find_nginx_controller ||
    complain 3 "only a controller knows that, and none runs for $nginx_file now: scripts/release --target nginx:$nginx_file runs one"
}

# Looks at what was given, before anything is sent.
look_at_options() {
  local name=${target#*:}
  case "$target" in
    http://?* | https://?*) kind=http target=${target%/} ;;
    control:*) kind=control ;;
    lambda:* | alb:* | nginx:*) kind=${target%%:*} ;;
    *) wrong "--target takes http://HOST:PORT, https://HOST, control:FUNCTION, lambda:FUNCTION:ALIAS, alb:RULE_ARN or nginx:FILE: $target" ;;
  esac
  [ "$kind" = nginx ] || case "$target" in *[[:space:]]*) wrong "--target has blanks: $target" ;; esac
  case "$kind" in
    http) ;;
    nginx) look_at_nginx ;;
    control) is_function "$name" || wrong "--target control:FUNCTION takes the name of a function: $target" ;;
    lambda)
      { [[ $name == *:* ]] && is_function "${name%:*}" && is_name "${name##*:}"; } ||
        wrong "--target lambda:FUNCTION:ALIAS takes the names of a function and of its alias: $target"
      ;;
    alb)
      [[ $name =~ ^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:[0-9]*:listener-rule/app/[A-Za-z0-9/_-]+$ ]] ||
        wrong "--target alb:RULE_ARN takes the ARN of a rule of a load balancer: $target"
      ;;
  esac
  if [ "$kind" = http ] || [ "$kind" = nginx ]; then
    need_tools curl jq
  else
    need_tools aws jq
    region_of "$name"
    # Each look is an invocation, and the controller itself looks once a minute.
    pause_between_looks=5
  fi
  if [ -n "$token_file" ]; then
    [ -r "$token_file" ] || wrong "--token-file cannot be read: $token_file"
    IFS= read -r token <"$token_file" || true
    token=${token%$'\r'}
  fi
  case "$token" in *[!\!-~]*) wrong "the admin token has blanks or characters that are not ASCII" ;; esac
  [ -z "$model" ] || is_name "$model" || wrong "--model is no name: $model"
}

# Whether a text can stand in a path or a query as it is.
is_name() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$ ]]
}

# Prints header fields as a configuration for curl, which reads it from a pipe: arguments are seen by everybody.
fields() {
  local field LC_ALL=C
  for field in "$@"; do
    field=${field//\\/\\\\}
    printf 'header = "%s"\n' "${field//\"/\\\"}"
  done
}

# Who asks, as history will say: a person or a pipeline.
actor() {
  local name=${SLUICE_ACTOR:-${USER:-}}
  case "$name" in *[!\ -~]*) name= ;; esac
  echo "${name:0:64}"
}

# list_fields METHOD BODY KEY: sets `list` to the header fields of a request.
list_fields() {
  local who
  list=("Accept: application/json")
  [ -z "$token" ] || list+=("Authorization: Bearer $token")
  if [ "$1" != GET ]; then
    who=$(actor)
    [ -z "$who" ] || list+=("X-Sluice-Actor: $who")
    [ -z "$2" ] || list+=("Content-Type: application/json")
    [ -z "$3" ] || list+=("Idempotency-Key: $3")
  fi
}

# all_fields METHOD BODY KEY: prints them for curl.
all_fields() {
  local list
  list_fields "$@"
  fields "${list[@]}"
}

# A service on this machine is not behind a proxy.
proxy() {
  case "$target" in
    http://127.* | http://localhost* | http://\[::1\]*) echo '*' ;;
    *) echo "${NO_PROXY:-${no_proxy:-}}" ;;
  esac
}

# fetch METHOD PATH BODY KEY: one attempt; returns curl's code.
fetch() {
  local method=$1 path=$2 body=$3 key=$4 text code=0
  local command=(curl --silent --globoff --max-time "$patience" --noproxy "$(proxy)" --request "$method" --config -
    --write-out '\n%{errormsg}\n%{http_code}')
  [ -z "$body" ] || command+=(--data-binary "$body")
  text=$(all_fields "$method" "$body" "$key" | "${command[@]}" "$target$path" 2>/dev/null) || code=$?
  status=${text##*$'\n'}
  text=${text%$'\n'*}
  trouble=${text##*$'\n'}
  reply=${text%$'\n'*}
  return "$code"
}

# send METHOD PATH [BODY [KEY]]: sets `status` and `reply`; fails, with why in `trouble`, when nobody answers. What may be
# sent again (what only reads, and what has a key) is sent again.
send() {
  local method=$1 path=$2 body=${3:-} key=${4:-} by=fetch code attempt
  [ "$kind" != control ] || by=invoke
  for ((attempt = 1; ; attempt++)); do
    code=0
    "$by" "$method" "$path" "$body" "$key" || code=$?
    [ "$attempt" -lt "$attempts" ] || break
    [ "$method" = GET ] || [ -n "$key" ] || break
    case "$code:$status" in
      # Whom nobody can be connected to now, nobody can in a second.
      6:* | 7:*) break ;;
      0:502 | 0:503 | 0:504) ;;
      0:*) break ;;
    esac
    sleep 1
  done
  [ "$code" = 0 ]
}

# Prints what is wrong, as the service said it.
problem() {
  local text
  text=$(printf '%s' "$reply" | jq -r '
    def clean: tostring | gsub("[[:cntrl:]]"; " ");
    if type == "object" and has("detail") then
      (.detail | clean),
      (.detail as $said | (.errors // [])[] | select(.detail as $fault | $said | contains($fault) | not)
        | "  \(.pointer | clean)  \(.detail | clean)"),
      (if .state then "  it is \(.state | clean)" + (if (.possible // []) != [] then "; possible now: \(.possible | join(", ") | clean)" else "" end) else empty end)
    else error("none") end' 2>/dev/null) ||
    text="the service answered $status"
  echo "$me: $text" >&2
}

# ask METHOD PATH [BODY [KEY]]: sets `status` and `reply`; ends the script when it was not done.
ask() {
  send "$@" || complain 7 "nobody answers at $target: ${trouble:-no answer}"
  case "$status" in 2??) ;; *) refused ;; esac
  is_answer "$1" "$2" || complain 7 "whoever answers at $target is no Sluice: $1 $2 gave $status without what belongs there"
}

# is_answer METHOD PATH: whether `reply` is what a Sluice says there, and not what a login page or a proxy says to everything.
is_answer() {
  local member
  case "$1 ${2%%\?*}" in
    DELETE*) return 0 ;;
    *" /admin/config" | *" /admin/promote") member=models ;;
    *"/history") member=history ;;
    "GET /admin/rollouts") member=rollouts ;;
    *"/explain") member=sentence ;;
    *" /admin/rollouts"*) member=state ;;
    *) return 0 ;;
  esac
  jq -se --arg member "$member" 'length == 1 and (.[0] | type == "object" and has($member))' <<<"$reply" >/dev/null 2>&1
}

# Ends the script as an answer asks for. `missing` is the code for what is not there: 2 where somebody named it.
refused() {
  problem
  case "$status" in
    400 | 422) exit 2 ;;
    401 | 403)
      if [ -n "$token" ]; then
        echo "  (the token that was sent is not the service's ADMIN_TOKEN)" >&2
      else
        echo "  (no token was sent: set ADMIN_TOKEN or give --token-file)" >&2
      fi
      exit 4
      ;;
    404) exit "${missing:-1}" ;;
    409) exit 3 ;;
    *) exit 1 ;;
  esac
}

# Prints a call in the form in which it would be typed.
typed() {
  local method=$1 path=$2 body=${3:-} key=${4:-} who
  if [ "$kind" = control ]; then
    typed_invoke "$method" "$path" "$body" "$key"
    return
  fi
  printf 'curl -X %s %q' "$method" "$target$path"
  # shellcheck disable=SC2016 # the name, not the token
  printf ' -H "Authorization: Bearer $ADMIN_TOKEN"'
  who=$(actor)
  [ -z "$who" ] || printf ' -H %q' "X-Sluice-Actor: $who"
  [ -z "$key" ] || printf ' -H %q' "Idempotency-Key: $key"
  [ -z "$body" ] || printf " -H 'Content-Type: application/json' -d '%s'" "${body//\'/\'\\\'\'}"
  echo
}

# A name for a request, so that it is done once however often it is sent.
new_key() {
  local bytes
  bytes=$(od -An -N16 -tx1 /dev/urandom) || complain 1 "no random numbers"
  echo "cli-${bytes//[^0-9a-f]/}"
}

# confirm WHAT
confirm() {
  local answer
  [ -z "$yes" ] || return 0
  [ -t 0 ] || wrong "without a terminal this needs --yes"
  printf '%s\nGo on? [y/N] ' "$1" >&2
  IFS= read -r answer || true
  case "$answer" in
    y | Y | yes | Yes) ;;
    *) complain 1 "nothing was done" ;;
  esac
}

# seconds TEXT: 90, 90s, 30m or 2h as seconds in `duration`.
seconds() {
  local number=${2%[smh]}
  case "$number" in '' | *[!0-9]*) wrong "$1 takes 90s, 30m or 2h: $2" ;; esac
  [ ${#number} -le 7 ] || wrong "$1 is too long: $2"
  number=$((10#$number))
  case "$2" in
    *h) number=$((number * 3600)) ;;
    *m) number=$((number * 60)) ;;
  esac
  # shellcheck disable=SC2034 # the caller's
  duration=$number
}
