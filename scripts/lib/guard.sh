#!/usr/bin/env bash
# Looks at files for what must not be committed. scripts/check and the hooks before a commit call it.
#
# The looks are called by their names.
# shellcheck disable=SC2317
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/lib/guard.sh whitespace | keys | size FILE …

  whitespace  blanks at the end of a line (two in Markdown are a line break), carriage returns, no end of the last line,
              marks that a merge left
  keys        private keys, and access keys of AWS
  size        files above 2,000,000 bytes

Prints what it finds as FILE:LINE: and ends 1; 0 when there is nothing, 2 for wrong use.
TEXT
}

LARGEST=2000000
found=0

report() {
  echo "$1"
  found=1
}

# report_lines FILE PATTERN WHAT: every line of a text file that matches.
report_lines() {
  local line
  while IFS=: read -r line _; do
    report "$1:$line: $3"
  done < <(grep -nIE -e "$2" -- "$1" || true)
}

whitespace() {
  local carriage=$'\r'
  grep -qI . -- "$1" || return 0
  case "$1" in
    # Bytes for a fuzzer, whatever they look like.
    *FuzzTestInputs/*) return 0 ;;
    *.md) report_lines "$1" '([^ ] | {3,}|'$'\t'')$' "blanks at the end of the line" ;;
    *) report_lines "$1" '[[:blank:]]$' "blanks at the end of the line" ;;
  esac
  report_lines "$1" "$carriage\$" "a carriage return"
  report_lines "$1" '^(<{7}|>{7}) ' "a merge left this"
  [ -z "$(tail -c 1 -- "$1")" ] || report "$1: the last line has no end"
}

keys() {
  report_lines "$1" '-----BEGIN ([A-Z]+ )*PRIVATE KEY-----' "a private key"
  report_lines "$1" '(^|[^A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}([^A-Z0-9]|$)' "an access key of AWS"
}

size() {
  local bytes
  bytes=$(wc -c <"$1")
  [ "$bytes" -le "$LARGEST" ] || report "$1: $bytes bytes, at most $LARGEST"
}

case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  whitespace | keys | size) look=$1 ;;
  *) usage >&2; exit 2 ;;
esac
shift
[ $# -gt 0 ] || { usage >&2; exit 2; }
for file in "$@"; do
  # What was deleted, and links, have nothing to look at.
  if [ -f "$file" ] && [ ! -L "$file" ]; then
    "$look" "$file"
  fi
done
exit "$found"
