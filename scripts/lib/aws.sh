# shellcheck shell=bash
# Calls AWS by its own command, and sends admin requests to a controller that is a Lambda function. Sourced by admin.sh, which
# has the names that are used here.
#
# shellcheck disable=SC2034,SC2154

# What the last call brought: its JSON, or which kind of no it was, in which words, and what was not allowed.
answer='' fault='' why='' permission=''
# Where the target is, if its name says so.
region=''

# Whether a name can be one of a function: a word, or an ARN.
is_function() {
  [[ $1 =~ ^([A-Za-z0-9][A-Za-z0-9_-]{0,63}|arn:[A-Za-z0-9:_-]{1,160})$ ]]
}

# region_of ARN: where something is that has its region in its name.
region_of() {
  case "$1" in
    arn:*:*:*:*)
      region=${1#arn:*:*:}
      region=${region%%:*}
      ;;
  esac
}

# Prints words in the form in which they would be typed.
typed_words() {
  local word between=''
  for word in "$@"; do
    case "$word" in
      '' | *[!A-Za-z0-9_./:=@,-]*) printf "%s'%s'" "$between" "${word//\'/\'\\\'\'}" ;;
      *) printf '%s%s' "$between" "$word" ;;
    esac
    between=' '
  done
  echo
}

typed_aws() { typed_words aws "$@" ${region:+--region "$region"}; }

# aws_command WORDS …: version 1 of the command knows only the older name of the region, and version 2 would open a pager.
aws_command() {
  [ -z "${AWS_REGION:-}" ] || local -x AWS_DEFAULT_REGION=$AWS_REGION
  [ -z "$region" ] || set -- "$@" --region "$region"
  AWS_PAGER='' AWS_MAX_ATTEMPTS=${AWS_MAX_ATTEMPTS:-3} AWS_RETRY_MODE=${AWS_RETRY_MODE:-standard} \
    aws "$@" --output json --cli-connect-timeout 5 --cli-read-timeout "$patience"
}

# call_aws WORDS …: sets `answer`; fails with `fault`, `why` and `permission`. What is in `given` it gets on its standard input.
given=''
call_aws() {
  local all code
  # What it says goes first, then its code, then what it answers.
  all=$({
    code=0
    answer=$(printf '%s' "$given" 2>/dev/null | aws_command "$@" 2>&3) || code=$?
    printf '\036%s\036%s' "$code" "$answer"
  } 3>&1)
  answer=${all##*$'\036'}
  all=${all%$'\036'*}
  code=${all##*$'\036'}
  [ "$code" != 0 ] || return 0
  explain_fault "$1" "${all%$'\036'*}"
  return 1
}

# explain_fault SERVICE WORDS
explain_fault() {
  local service=$1 code='' pattern='An error occurred \(([A-Za-z0-9.]+)\) when calling the ([A-Za-z0-9]+) operation'
  why=$(tr -s '[:space:][:cntrl:]' ' ' <<<"$2")
  why=${why# }
  why=${why% }
  [ "$service" != elbv2 ] || service=elasticloadbalancing
  permission=''
  if [[ $why =~ $pattern ]]; then
    code=${BASH_REMATCH[1]}
    permission=$service:${BASH_REMATCH[2]}
    [ "$permission" != lambda:Invoke ] || permission=lambda:InvokeFunction
    why=${why#*" operation"}
    why="$code${why#*(reached max retries: *)}"
  fi
  case "$code:$why" in
    PreconditionFailed*) fault=crossed ;;
    AccessDenied* | UnauthorizedOperation:* | Forbidden:* | 403:*) fault=denied ;;
    ExpiredToken* | InvalidClientTokenId:* | UnrecognizedClient* | InvalidSignature* | SignatureDoesNotMatch:* | \
      InvalidAccessKeyId:* | MissingAuthenticationToken* | IncompleteSignature* | *"locate credentials"* | \
      *"has expired"* | *"config profile"*) fault=stranger ;;
    ResourceNotFound* | *NotFound:* | 404:*) fault=absent ;;
    Throttl* | TooManyRequests* | RequestLimitExceeded:* | 429:*) fault=throttled ;;
    ResourceConflict* | ResourceInUse* | OperationInProgress*) fault=busy ;;
    ServiceException:* | InternalFailure:* | InternalError:* | ServiceUnavailable* | 50?:*) fault=lost ;;
    :*"onnect"* | :*imeout* | :*"resolve"* | :*"SSL"*) fault=lost ;;
    *) fault=refused ;;
  esac
}

# Ends the script as the last call failed.
fail_aws() {
  case "$fault" in
    denied) complain 4 "$permission is not allowed here, ask for it: $why" ;;
    stranger) complain 4 "AWS does not know who asks: $why" ;;
    absent) complain "${missing:-2}" "there is no $target: $why" ;;
    crossed | busy) complain 3 "$why" ;;
    lost) complain 7 "nobody answers for $target: $why" ;;
    *) complain 1 "AWS refuses: $why" ;;
  esac
}

# event METHOD PATH BODY: an admin request as the controller takes it. The fields come from a pipe: one is the token.
event() {
  jq -Rcn --arg method "$1" --arg path "$2" --arg body "$3" '
    [inputs | capture("^(?<key>[^:]+): (?<value>.*)$")] | from_entries
    | {sluice: "admin", method: $method, path: $path, headers: .} + (if $body == "" then {} else {body: $body} end)'
}

# invoke METHOD PATH BODY KEY: one attempt; returns 56 where it is not known whether the controller heard.
invoke() {
  local code
  list_fields "$1" "$3" "$4"
  given=$(printf '%s\n' "${list[@]}" | event "$1" "$2" "$3")
  status=000 reply='' trouble=''
  # What the function answers comes first, and then what Lambda says of it.
  if ! call_aws lambda invoke --function-name "${target#control:}" --payload fileb:///dev/stdin /dev/stdout; then
    trouble=$why
    case "$fault" in
      lost) case "$why" in *"ould not connect"*) return 7 ;; *) return 56 ;; esac ;;
      throttled) return 56 ;;
      *) fail_aws ;;
    esac
  fi
  trouble=$(jq -rs 'if .[1].FunctionError then "the function failed: \(.[0].errorMessage // .[1].FunctionError)"
    elif (.[0] | type == "object" and has("statusCode") | not) then "its answer is none of a controller"
    else empty end | gsub("[[:cntrl:]]"; " ")' <<<"$answer" 2>/dev/null) || trouble="its answer is no JSON"
  [ -z "$trouble" ] || return 56
  status=$(jq -rs '.[0].statusCode' <<<"$answer")
  reply=$(jq -rs '.[0] | if .isBase64Encoded then .body | @base64d else .body // "" end' <<<"$answer")
}

# Prints an invocation in the form in which it would be typed; the token stays in the environment.
typed_invoke() {
  local method=$1 path=$2 body=$3 key=$4 text token=''
  list_fields "$method" "$body" "$key"
  text=$(printf '%s\n' "${list[@]}" 'Authorization: Bearer \(env.ADMIN_TOKEN)' | event "$method" "$path" "$body")
  # The one escape that is for jq, and not for the reader of JSON.
  text=${text//\\\\(env.ADMIN_TOKEN)/\\(env.ADMIN_TOKEN)}
  printf "jq -n '%s' | " "${text//\'/\'\\\'\'}"
  typed_aws lambda invoke --function-name "${target#control:}" --payload fileb:///dev/stdin /dev/stdout
}
