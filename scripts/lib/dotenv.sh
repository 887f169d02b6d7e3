# shellcheck shell=bash
# Reads a .env file: lines of NAME=value, nothing in them is run. Sourced, not run.

# Exports what the file says and the environment does not.
read_dotenv() {
  local line name value number=0
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    line=${line#export }
    case "$line" in '' | '#'*) continue ;; esac
    name=${line%%=*}
    value=${line#*=}
    if [ "$name" = "$line" ] || [[ ! $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
      echo "$1:$number: not NAME=value" >&2
      return 1
    fi
    case "$value" in
      \"*\") value=${value#\"} value=${value%\"} ;;
      \'*\') value=${value#\'} value=${value%\'} ;;
    esac
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$1"
}
