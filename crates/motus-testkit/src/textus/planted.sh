#!/bin/sh
# A textus with faults, for the harness to notice. It reads requests as serde_json prints them.
log=.textus/audit.log
etag() { if [ -e "$1" ]; then echo "sha256:$(sha256sum <"$1" | cut -d' ' -f1)"; fi; }
quoted() { if [ -n "$1" ]; then echo "\"$1\""; else echo null; fi; }

if [ "$1" = doctor ]; then
  echo '{"ok":true,"issues":[]}'
  exit 0
fi
key=$2
file=.textus/zones/$(echo "$key" | tr . /).md
request=$(cat)
wanted=$(echo "$request" | sed -n 's/.*"if_etag":"\([^"]*\)".*/\1/p')
before=$(etag "$file")
if [ -n "$wanted" ] && [ "$wanted" != "$before" ]; then
  echo '{"ok":false,"code":"etag_mismatch","message":"somebody was faster","details":{}}'
  exit 1
fi
mkdir -p "${file%/*}"
after=sha256:$(printf '%s' "$request" | sha256sum | cut -d' ' -f1)
seq=$(($(wc -l <"$log") + 1))
echo "{\"seq\":$seq,\"verb\":\"put\",\"key\":\"$key\",\"etag_before\":$(quoted "$before"),\"etag_after\":$(quoted "$after")}" >>"$log"
printf '%s' "$request" >"$file"
echo "{\"key\":\"$key\",\"etag\":\"$after\"}"
