#!/usr/bin/env bash
# Lists every DID: number, status and owner, a line each.
#
#     export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
#     bash dids.sh [pages|stream]
#
# `stream` takes one long answer; `pages` asks for a thousand at a time. curl 7.76 or
# newer and xmlstarlet, which reads the whole of an answer into memory.
set -euo pipefail

missing=
for name in DIDS_URL DIDS_USER DIDS_KEY; do
  [[ -n ${!name:-} ]] || missing+="${missing:+, }$name"
done
if [[ -n $missing ]]; then
  echo "error: not set: $missing" >&2
  exit 1
fi

page=1000
hash=$(printf %s "$DIDS_KEY" | sha1sum | cut -d ' ' -f 1)
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Calls the API with more parameters as NAME=VALUE, and leaves the answer in $answer.
# curl tries a 503 or 429 again after as long as Retry-After says, and fails if the answer
# is aborted. The hash, a password, goes through a pipe: arguments stand in the list of
# processes, and a query in access logs.
ask() {
  local parameter parameters=() status=0 error
  for parameter in "u=$DIDS_USER" "$@"; do
    parameters+=(--data-urlencode "$parameter")
  done
  printf 'hash=%s' "$hash" |
    curl --silent --show-error --fail-with-body --retry 4 --speed-time 60 \
      --data @- "${parameters[@]}" --output "$answer" "$DIDS_URL/dids_get" || status=$?
  # Its HTTP status is nearly always 200, so <error> is looked for in any case.
  error=$(select_text -v /page/error) || true
  if [[ -n $error && $error != 'No DIDs found' ]]; then
    echo "error: $error" >&2
    exit 1
  fi
  if ((status != 0)) || ! xmlstarlet val --quiet --well-formed "$answer"; then
    echo 'error: the answer is not whole' >&2
    exit 1
  fi
}

select_text() {
  xmlstarlet sel --text --template "$@" "$answer" 2>/dev/null
}

# No <owner> stands there when a reseller holds the DID and no user does.
print() {
  select_text -m /page/dids/did -v did_number -o $'\t' -v status -o $'\t' -v owner -n || true
}

case ${1:-pages} in
  stream)
    ask
    print
    ;;
  pages)
    for ((from = 1; ; from += page)); do
      ask "from=$from" "max_results=$page"
      print
      (($(select_text -v 'count(/page/dids/did)') == page)) || break
    done
    ;;
esac
