# How traffic is split by an alias or by a rule, and how that looks on a terminal. Used by scripts/lib/direct.sh.
include "rollout";

# Shares are percents. To the hundredth, and nothing is called all that is not all.
def exact: (. * 100 | floor) / 100 | "\(.)%";

def shares:
  [.versions[] | select(.share > 0) | "\(.version) \(.share | exact)"]
  | if . == [] then "nobody has a share" else join(", ") end;

# The answer of GetAlias.
def of_alias($target; $function):
  (.RoutingConfig.AdditionalVersionWeights // {} | with_entries(select(.value > 0) | .value |= (. * 1e6 | round))) as $weights
  | .FunctionVersion as $main
  | {
      target: $target, name: "\($function):\(.Name)", stable: $main,
      versions: ([{version: $main, role: "stable", share: ((1e6 - ($weights | add // 0)) / 1e4)}]
        + [$weights | to_entries[] | {version: .key, role: "canary", share: (.value / 1e4)}]),
      state: {main: $main, weights: $weights}, revision: .RevisionId
    }
  | .canary = ([.versions[] | select(.role == "canary") | .version] | first);

# What an alias is to become.
def alias_state($main; $canary; $points):
  {main: $main, weights: (if $points == 0 then {} else {($canary): ($points * 100)} end)};

def forward: first(.Actions[] | select(.Type == "forward")) // {};

# A group that has no weight written is one of one.
def groups: forward | .ForwardConfig.TargetGroups // [{TargetGroupArn}] | map(select(.TargetGroupArn) | {
  version: (.TargetGroupArn | split("/")[1]), arn: .TargetGroupArn, weight: (.Weight // 1)});

# A rule, of the answer of DescribeRules. It does not say which of two groups is the stable one: that is known only while one of
# them has everything.
def of_rule($target):
  groups as $groups
  | ([$groups[].weight] | add // 0) as $sum
  | ([$groups[] | select(.weight > 0)] | length) as $busy
  | {
      target: $target, name: (.RuleArn | split("/")[2]),
      versions: [$groups[] | . + {
        role: (if $busy != 1 then "unknown" elif .weight > 0 then "stable" else "next" end),
        share: (if $sum == 0 then 0 else .weight * 100 / $sum end)}],
      state: ($groups | map({(.version): .weight}) | add),
      sticky: (forward | .ForwardConfig.TargetGroupStickinessConfig | if .Enabled then .DurationSeconds else null end),
      actions: .Actions
    }
  | .stable = ([.versions[] | select(.role == "stable") | .version] | first);

# The actions with other weights; whatever else they say stays. A secret is never read back, so that it has to be said that it stays.
def weighed($state):
  map(if .Type == "forward" then
        del(.TargetGroupArn) | .ForwardConfig.TargetGroups |= map(.Weight = $state[.TargetGroupArn | split("/")[1]])
      elif .AuthenticateOidcConfig then .AuthenticateOidcConfig.UseExistingClientSecret = true
      else . end);

# What others may see.
def public:
  del(.state, .revision, .actions, .versions[].arn) | with_entries(select(.value != null));

def standing_tree:
  ([.versions[].version | length] | max) as $width
  | "\(.name)  \(if (.versions | map(select(.share > 0)) | length) > 1 then "split" else "one version" end)  by hand: \(.target)",
    branch("versions"; [.versions[]
      | "\(.version | pad($width))  \(.role | pad(7))  \(.share | exact | padleft(6))"
        + (if .targets == null then "" else "  healthy=\(.healthy) of \(.targets)" end)]; false),
    (if .sticky then leaf("sticky"; "callers stay with their group for \(.sticky) s, also when its weight is 0") else empty end),
    (if (.newer // []) == [] then empty else leaf("newer"; "published after \(.stable): \(.newer | join(", "))") end),
    "└─ next  \(if (.versions | map(select(.share > 0)) | length) > 1 then "nobody judges this: a person promotes or rolls back"
      elif .newer == [] then "nothing newer is published" else "a person releases" end)";
