#!/usr/bin/env bash
# Tries infra/: its form, every variable on a mock, and then all of it applied to a stand-in of AWS on this machine, moved by
# others, and destroyed. No account is needed, and none that this shell knows can be reached.
#
# The steps are called by their names.
# shellcheck disable=SC2317
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/lib/http.sh
. scripts/lib/http.sh

work=$(mktemp -d)
standin=
mocks=

finish() {
  local pid
  for pid in $mocks $standin; do kill "$pid" 2>/dev/null || true; done
  for pid in $mocks $standin; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# step NAME COMMAND …: the first that fails ends it all, with the end of what it said. Within a step `set -e` is off, as always
# behind `if`: commands are joined by &&.
step() {
  local name=$1 from=$SECONDS
  shift
  if "$@" >"$work/said" 2>&1; then
    cat "$work/said" >>"$work/all.log"
    echo "ok $name ($((SECONDS - from)) s)"
  else
    echo "FAILED $name"
    tail -n 40 "$work/said" | sed 's/^/  | /'
    exit 1
  fi
}

looks() { python3 scripts/test.d/infra.py "$@"; }

# Whatever this shell has of another deployment: an account, variables, arguments.
forget_other_deployments() {
  local name
  for name in $(compgen -e); do
    case "$name" in
      TF_PLUGIN_DIR | TF_PLUGIN_CACHE_DIR | TF_CLI_CONFIG_FILE) ;;
      TF_* | AWS_*) unset "$name" ;;
    esac
  done
  # Terraform would only warn, on every call.
  [ -f "${TF_CLI_CONFIG_FILE:-}" ] || unset TF_CLI_CONFIG_FILE
  export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
  export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nobody AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1
  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
}

# A folder of providers that somebody put on this machine: TF_PLUGIN_DIR, or one of the usual places.
plugin_folder() {
  local folder
  if [ -n "${TF_PLUGIN_DIR:-}" ]; then
    echo "$TF_PLUGIN_DIR"
    return
  fi
  for folder in ~/.terraform.d/* ~/.local/share/terraform/* /usr/local/share/terraform/* /usr/share/terraform/* \
    /usr/local/share/* /usr/share/* /opt/*; do
    if compgen -G "$folder/*/hashicorp/aws" >/dev/null; then
      echo "$folder"
      return
    fi
  done
}

tf() { terraform -chdir="$work/infra" "$@"; }

# In a copy: neither state nor lock nor provider lands in the tree.
initialise() {
  local folder
  folder=$(plugin_folder)
  mkdir -p "$work/dashboards" "$work/infra" &&
    cp -r dashboards/cloudwatch dashboards/prometheus "$work/dashboards/" &&
    cp -r infra/*.tf infra/tests "$work/infra/" &&
    tf init -no-color -backend=false ${folder:+-plugin-dir="$folder"}
}

documents_agree() {
  looks explained infra &&
    looks settings infra function/src/main/java/dev/sluice/config/SettingsTable.java &&
    looks documented infra infra/README.md
}

start_standin() {
  local port
  port=$(free_port)
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port
  moto_server -H 127.0.0.1 -p "$port" >"$work/standin.log" 2>&1 &
  standin=$!
  looks up "$AWS_ENDPOINT_URL/moto-api/" && looks fixtures "$work"
}

# with VERSION VERB …: what Terraform does with the package of that version.
with() {
  local version=$1 verb=$2
  shift 2
  tf "$verb" -no-color -parallelism=30 -var-file=tests/local.tfvars -var-file="$work/$version.tfvars.json" "$@"
}

says_what_would_be_right() {
  local said
  if said=$(with 1 plan -compact-warnings -var name=Sluice_1 -var timeout_seconds=60 -var 'environment={ADMIN_TOKEN="x"}' 2>&1); then
    echo "wrong values were taken"
    return 1
  fi
  said=$(tr -s '\n│ ' ' ' <<<"$said")
  local right
  for right in "name must be 2 to 21 lower-case letters" "timeout_seconds must be a whole number from 1 to 29" \
    "environment must not hold secrets"; do
    [[ $said == *"$right"* ]] || { echo "not said: $right"; echo "$said"; return 1; }
  done
}

apply() { with "$1" apply -auto-approve; }

# Nothing to do: 0. Something to do would be 2.
clean() { with "$1" plan -detailed-exitcode; }

second_version() {
  apply 2 &&
    looks versions 1 2 &&
    looks at 1
}

# Terraform has read every secret's place again by now, and so would have its value.
no_secrets_kept() {
  tf output -json >"$work/outputs.json" &&
    looks without-secrets "$work"/infra/terraform.tfstate* "$work/outputs.json" "$work/all.log"
}

moved_by_others() {
  looks shift 1 2 10 &&
    looks balance "$rule" 10 &&
    clean 2 &&
    looks at 1 '{"2": 0.1}' &&
    looks balanced "$rule" 10
}

promoted() {
  looks only 2 &&
    looks balance "$rule" 100 &&
    clean 2 &&
    looks at 2
}

rolled_back() {
  looks only 1 &&
    looks balance "$rule" 0 &&
    clean 2 &&
    looks at 1
}

# What infra/README.md tells people to type, as it stands there. It ends with the way back.
by_hand() {
  ln -s "$PWD/scripts" "$work/scripts" &&
    (cd "$work" && bash -euo pipefail -c "$(cd "$OLDPWD" && looks commands infra/README.md)") &&
    looks at 1
}

destroyed() {
  with 2 destroy -auto-approve &&
    looks nothing-left
}

forget_other_deployments
step "formatted" terraform fmt -no-color -check -recursive infra
step "initialised" initialise
step "valid" tf validate -no-color
step "every variable says what it must be, and README.md and the settings' table know it" documents_agree
step "the stand-in of AWS is up" start_standin
step "wrong values are refused with what would be right" says_what_would_be_right

# Most of an apply is waiting: meanwhile the mock tests run.
tf test -no-color >"$work/mocks.log" 2>&1 &
mocks=$!
step "all of it applied" apply 1
finished_mocks() {
  local code=0
  wait "$mocks" || code=$?
  mocks=
  cat "$work/mocks.log"
  return "$code"
}
step "mock tests" finished_mocks
grep -E '^(Success|Failure)!' "$work/mocks.log"

rule=$(tf output -raw listener_rule_arn)
step "rights are the least, and only the controller's move traffic" looks rights
step "the controller knows what it moves, and containers that they do not" looks targets "$rule"
step "tagged" looks tagged
step "secrets put by hand" looks secrets
step "a second plan is clean" clean 1
step "a new package is a second version, and the alias stays" second_version
step "no secret in state, outputs or logs" no_secrets_kept
step "weights moved by others leave the plan clean" moved_by_others
step "promoted, and the plan is clean" promoted
step "rolled back, and the plan is clean" rolled_back
if command -v aws >/dev/null; then
  step "the commands of infra/README.md promote and roll back" by_hand
else
  echo "not run: the commands of infra/README.md (aws is not installed)"
fi
step "destroyed, and nothing is left" destroyed
echo "infra: $SECONDS s"
