#!/usr/bin/env bash
# The public HTTP cache suite against this tree: plain and STRICT=1, RUNS times (3) each.
# Prints the scores and what does not pass; exits 1 below the figures, or where two runs differ.
#
#   CACHE_TESTS=/path/to/a/checkout/of/http-tests/cache-tests bench/cache_suite.sh
#
# The checkout needs `npm i`. WORKERS (1), PORT (9300), RUNS, SHARED (../shared) and PYTHON may be set.
# The suite's origin takes 127.0.0.1:8000, its shims 8001 and 8002. Six runs take some seven minutes.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
: "${CACHE_TESTS:?set it to a checkout of http-tests/cache-tests with its npm dependencies installed}"
export CACHE_TESTS
shared=${SHARED:-$root/../shared} python=${PYTHON:-$root/.venv/bin/python} port=${PORT:-9300} runs=${RUNS:-3}
[ -x "$shared/cache-tests/run.sh" ] || { echo "no cache-tests/run.sh in $shared" >&2; exit 2; }
work=$(mktemp -d)
service=
stop() {
  if [ -n "$service" ]; then
    kill "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
    service=
  fi
}
trap 'stop; rm -rf "$work"' EXIT

settings() { # TYPES
  cat <<END
[server]
port = $port
workers = ${WORKERS:-1}
[log]
access = false
[access]
hosts = ["127.0.0.1"]
types = ["$1"]
[cache]
dir = "$work/store"
disk = "256 MiB"
default_ttl = "0s"
remember_failures = false
pass_response_headers = ["*"]
pass_request_headers = ["*"]
[images]
workers = 1
[origins."127.0.0.1"]
connect_to = "127.0.0.1"
ports = [8000, 8002]
referer = "none"
END
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

start() { # TYPES
  rm -rf "$work/store"
  settings "$1" >"$work/config.toml"
  (cd "$root" && exec env -u IMAGE_PROXY_CONFIG "$python" -m proxy serve --config "$work/config.toml") \
    >"$work/service.log" 2>&1 &
  service=$!
  for _ in $(seq 200); do
    if listening; then return; fi
    sleep 0.1
  done
  cat "$work/service.log" >&2
  exit 2
}

# measure NAME STRICT PROFILE TYPES REQUIRED OPTIMAL: RUNS runs, each on an empty store.
failed=0
measure() {
  local name=$1 strict=$2 profile=$3 types=$4 required=$5 optimal=$6 run first="" score
  for run in $(seq "$runs"); do
    start "$types"
    mkdir -p "$work/$name$run"
    STRICT=$strict OUT=$work/$name$run "$shared/cache-tests/run.sh" "http://127.0.0.1:$port" >"$work/$name$run.txt" ||
      { cat "$work/$name$run.txt" >&2; exit 2; }
    stop
    score=$(node -e '
      const { total, rows: [row] } = JSON.parse(require("fs").readFileSync(process.argv[1]))[process.argv[2]]
      console.log(`required ${row.required}/${total.required} optimal ${row.optimal}/${total.optimal}`)
      for (const [kind, id, verdict, why] of row.failing) console.log(`  ${kind} ${id} (${verdict}): ${why}`)
      if (row.required < +process.argv[3] || row.optimal < +process.argv[4]) console.log("  below the figures")
    ' "$work/$name$run/score.json" "$profile" "$required" "$optimal")
    echo "$name, run $run: $score"
    case $score in *"below the figures"*) failed=1 ;; esac
    [ "$run" = 1 ] && first=$score
    [ "$score" = "$first" ] || { echo "  differs from run 1"; failed=1; }
  done
}

measure plain "" image-proxy "*" 143 80
measure strict 1 image-proxy-png "image/*" 139 77
exit $failed
