# How rollouts look on a terminal. Used by scripts/lib/rollouts.sh.

# What comes from people may hold what terminals act upon.
def clean: tostring | gsub("[[:cntrl:]]"; " ");

def paint($code; $on): if $on then "\u001b[\($code)m\(.)\u001b[0m" else . end;

def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
def padleft($n): tostring | (" " * ([$n - length, 0] | max)) + .;

# To three significant places or so.
def short:
  if . == null then "?"
  elif . == 0 then "0"
  else (if . < 0 then -. else . end) as $size
    | (if $size >= 100 then 1 elif $size >= 10 then 10 elif $size >= 1 then 100
       elif $size >= 0.1 then 1000 elif $size >= 0.01 then 10000 else 1000000 end) as $by
    | ((. * $by | round) / $by | tostring)
  end;

def percent: "\(short)%";
def clock: .[11:19];
def day: "\(.[0:10]) \(.[11:19])";

# The rollouts that have a model for themselves.
def active:
  .state == "starting" or .state == "running" or .state == "paused"
  or (.state == "completed" and (has("ended_at") | not));

def over: (active or .state == "draft") | not;

# Of a list the one that ended last, where there is one.
def last_over: [.rollouts[] | select(over)] | max_by(.ended_at // "") // empty;

def word: gsub("_"; " ");

# A line of history: where it went, who brought it there, and why.
def way:
  if .kind == "noted" then (.said // "noted" | word)
  elif .from == .to then "\(.share_from | percent) → \(.share_to | percent)"
  else "\(.from | word) → \(.to | word)" end;

def event: "\(.at | clock)  \(.sentence | clean)";

# What is looked at for the share that is to be proven next.
def wanted($next): (.safe.shares // []) as $shares
  | ([$shares[] | select(.share == $next)] + ($shares[-1:])) | first // {};

def seen:
  if .value == null and .canary.n and .stable.n then
    "\(.canary.events // 0 | floor) of \(.canary.n | floor) against \(.stable.events // 0 | floor) of \(.stable.n | floor)"
  elif .value == null then "no value yet"
  else "\(.value_is // "value") \(.value | short)"
    + (.interval // {} | if .lower == null and .upper == null then ""
       elif .upper == null then ", at least \(.lower | short)"
       elif .lower == null then ", at most \(.upper | short)"
       else " in [\(.lower | short), \(.upper | short)]" end) end;

def mark: {"safe": "ok", "undecided": "..", "no_data": "--", "harmful": "!!"}[.] // "??";

def hue: {"safe": "32", "undecided": "33", "no_data": "33", "harmful": "31",
  "promoted": "32", "running": "36", "starting": "36", "paused": "33", "completed": "33",
  "rolled_back": "31", "failed": "31"}[.] // "0";

def judged: if .verdict == "harmful" then "harmful" else (.next_verdict // .verdict) end;

def evidence($next):
  if judged == "harmful" then "log10e \(.harm.evidence_log10 | short)/\(.harm.threshold_log10 | short)"
  else wanted($next) as $share
    | if $share.evidence_log10 == null then ""
      else "log10e \($share.evidence_log10 | short)/\($share.threshold_log10 | short)" end end;

# Beside the evidence of harm the limit of what is safe would mislead: there it is the one of harm, in the sentence's words.
def limit($next):
  if judged == "harmful" then ((.sentence // "") | capture(", limit (?<of_harm>.*), log10e ") | "harm above \(.of_harm)") // ""
  else wanted($next).limit // "" end;

# Whether it runs and nobody was counted, as far as what was looked at says.
def silent: .state == "running"
  and ([.results.stable.n, .results.canary.n, (.guards[]? | .stable.n, .canary.n)] | all(. == null or . == 0));

def no_requests: "no requests were counted yet"
  + (if .plan.window_seconds then " (a window takes \(.plan.window_seconds) s)" else "" end)
  + "; if this stays, look whether requests for \(.model) arrive here";

def arm($name; $role; $share; $results; $widths):
  "\($name | pad($widths))  \($role | pad(6))  \($share | percent | padleft(6))"
  + (if $results.n then "  n=\($results.n | floor)  errors=\($results.errors // 0 | floor)" else "  n=0" end)
  + (if $results.p95_ms then "  p95=\($results.p95_ms | short) ms" else "" end);

def branch($title; $lines; $last):
  if ($lines | length) == 0 then empty
  else
    (if $last then "└─ " else "├─ " end) + $title,
    (($lines | length) as $n | range(0; $n)
      | (if $last then "   " else "│  " end)
        + (if . == $n - 1 then "└─ " else "├─ " end) + $lines[.])
  end;

def leaf($title; $text): "├─ \($title)  \($text)";

def whither:
  (if .minutes_to_promotion then "; promotion in about \(.minutes_to_promotion | short) min at this traffic (estimate)" else "" end) as $when
  | ([.guards[]? | select(judged == "harmful") | .name]) as $harmful
  | if .state == "running" and $harmful != [] then "nothing: \($harmful | join(", ")) proven harmful"
    elif .state == "running" then
      (if (.next_share // 100) >= 100 then "promotion" else "\(.next_share | short) %" end)
      + (if (.waits_for // []) == [] then "" else " when \(.waits_for | join(", ")) is proven not worse" end) + $when
      + (if .deadline then "; deadline \(.deadline | day): \(.on_timeout // "wait")" else "" end)
    elif .state == "paused" or .state == "completed" then
      (if active then "a person decides: \(.possible // [] | join(", "))" else "" end)
    elif .state == "draft" then "a person starts it"
    else "" end;

# tree: a rollout, as GET /admin/rollouts/{id} shows it, and the entries of its history, newest first.
def tree($history; $colour):
  (.next_share // 100) as $next
  | ([.stable, .canary | length] | max) as $width
  | (([.guards[]?.name | length] | max) // 5) as $names
  | (.state | hue) as $hue
  | ("\(.model)  \(.state | word | paint($hue; $colour))"
      + (if .step then "  step \(.step)/\(.steps) at \(.share | percent)" else "" end)
      + (if .mode == "observe" then "  only observing" else "" end)
      + (if .ended_at then "  since \(.ended_at | day)" elif .step_since then "  since \(.step_since | day)"
         elif .started_at then "  since \(.started_at | day)" else "" end)
      + "  rollout \(.id)"
      + (if (.name // "") != "" then "  \(.name | clean)" else "" end)),
    branch("versions"; [
      arm(.stable; "stable"; 100 - .share; .results.stable // {}; $width),
      arm(.canary; "canary"; .share; .results.canary // {}; $width)]; false),
    branch("checks"; [
      (.guards[]? | judged as $verdict
        | "\($verdict | mark)  \($verdict | ascii_upcase | word | pad(9) | paint($verdict | hue; $colour))  \(.name | pad($names))  \(seen)"
          + (limit($next) as $limit | if $limit == "" then "" else "  limit: \($limit)" end)
          + (evidence($next) as $e | if $e == "" then "" else "  \($e)" end)),
      (if .split and (active) then
        "\(.split.verdict | mark)  \(.split.verdict | ascii_upcase | word | pad(9))  \("split" | pad($names))  \(.split.expected | short) % expected"
          + (if .split.seen then ", \(.split.seen | short) % seen" else "" end)
      else empty end)]; false),
    ((.troubles // [])[] | leaf("trouble"; "\(.kind | word): \(.text | clean)")),
    ((.notes // [])[] | leaf("noted"; "\(.at | clock)  \(.kind | word)\(if .reason != "" then ": \(.reason | clean)" else "" end)")),
    (if silent then leaf("no data"; no_requests) else empty end),
    (whither as $next | if $next == "" then empty else leaf("next"; $next) end),
    branch("history"; ([$history[:6] | reverse[]
      | "\(.at | clock)  \(way | pad(20))  by \(.actor | clean | pad(6))  \(.sentence | clean)"]
      | if . == [] then ["nothing yet"] else . end); true);

# explained: the answer of GET /admin/rollouts/{id}/explain.
def explained($colour):
  (([.guards[]?.name | length] | max) // 5) as $names
  | (.next_share // null) as $next
  | (.sentence | clean),
    (if .recommendation then "advice: \(.recommendation.advice | word), because \(.recommendation.reason | word)" else empty end),
    (if (.waits_for // []) == [] then empty else "waits for: \(.waits_for | join(", "))" end),
    (if .minutes_to_promotion then "promotion in about \(.minutes_to_promotion | short) min at this traffic (estimate)" else empty end),
    (if (.guards // []) == [] then empty else
      "",
      "\("GUARD" | pad($names))  \("VERDICT" | pad(9))  \("SEEN" | pad(34))  \("N STABLE" | padleft(9))  \("N CANARY" | padleft(9))  \("HARM" | pad(11))  \("SAFE" | pad(11))  LIMIT",
      (.guards[] | wanted($next) as $share | judged as $verdict
        | "\(.name | pad($names))  \($verdict | word | pad(9) | paint($verdict | hue; $colour))  \(seen | pad(34))  \(.stable.n // 0 | floor | padleft(9))  \(.canary.n // 0 | floor | padleft(9))"
          + "  \((if .harm.evidence_log10 == null then "" else "\(.harm.evidence_log10 | short)/\(.harm.threshold_log10 | short)" end) | pad(11))"
          + "  \((if $share.evidence_log10 == null then "" else "\($share.evidence_log10 | short)/\($share.threshold_log10 | short)" end) | pad(11))"
          + "  \(limit($next))"),
      "",
      "HARM and SAFE: evidence against what it has to reach, as log10 of the odds." end);

# The standing split, as GET /admin/config shows it.
def standing:
  .models | to_entries[] | .key as $model | .value
  | "\($model)  \([.weights | to_entries | sort_by(-.value)[] | "\(.value * 100 | percent) \(.key)"] | join(", "))  stable \(.stable)";
