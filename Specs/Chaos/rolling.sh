#!/usr/bin/env bash
# Upgrades three members one by one while keys are put, then takes them back to the old build the same way. Fails if an acknowledged
# key, a lease, a user or a v2 key is lost, if an alarm was raised, or if the members differ.
# Usage: Specs/Chaos/rolling.sh OLD NEW, each a folder that 'dotnet publish Host -c Release -o FOLDER' made.
set -uo pipefail
[ $# -eq 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
old=$1 new=$2
dir=$(mktemp -d) || exit 1
base=$((20000 + RANDOM % 10000))
pids=(0 0 0)
writer=0
client() { echo "127.0.0.1:$((base + 2 * $1))"; }
peer() { echo "http://127.0.0.1:$((base + 2 * $1 + 1))"; }
endpoints="$(client 0),$(client 1),$(client 2)"
ctl() { "$old/etcdctl" --endpoints "$endpoints" --command-timeout 30s "$@"; }
finish() {
  touch "$dir/stop"
  for pid in "${pids[@]}" "$writer"; do [ "$pid" -eq 0 ] || kill "$pid" 2>/dev/null; done
  wait
  rm -rf "$dir"
}
trap finish EXIT

start() {
  "$2/actor-etcd" --name "n$1" --data-dir "$dir/n$1" --snapshot-count 500 --log-level error \
    --listen-client-urls "http://$(client "$1")" --advertise-client-urls "http://$(client "$1")" \
    --listen-peer-urls "$(peer "$1")" --initial-advertise-peer-urls "$(peer "$1")" \
    --initial-cluster "n0=$(peer 0),n1=$(peer 1),n2=$(peer 2)" >> "$dir/n$1.log" 2>&1 &
  pids[$1]=$!
}

serves() {
  for _ in $(seq 100); do
    "$old/etcdctl" --endpoints "$(client "$1")" --command-timeout 5s get start > /dev/null 2>&1 && return
    sleep 0.3
  done
  echo "member $1 did not serve within 30 s:" >&2
  tail -5 "$dir/n$1.log" >&2
  exit 1
}

put_keys() {
  local n=0
  while [ ! -e "$dir/stop" ]; do
    ctl put "k$n" v > /dev/null 2>> "$dir/errors" && echo "k$n" >> "$dir/acknowledged"
    n=$((n + 1))
  done
}

# Some history between two restarts, for checkpoints and for what one build writes and the other reads.
puts_more() {
  local goal=$(($(wc -l < "$dir/acknowledged") + 100))
  for _ in $(seq 600); do
    [ "$(wc -l < "$dir/acknowledged")" -lt $goal ] || return 0
    sleep 0.1
  done
  echo "fewer than 100 puts were acknowledged within a minute" >&2
  exit 1
}

roll() {
  for i in 0 1 2; do
    puts_more
    kill "${pids[$i]}"
    wait "${pids[$i]}"
    start "$i" "$1"
    serves "$i"
    echo "member $i runs $1 after $(wc -l < "$dir/acknowledged") puts"
  done
}

for i in 0 1 2; do start $i "$old"; done
for i in 0 1 2; do serves $i; done
lease=$(ctl lease grant 5000 | awk '{ print $2 }')
ctl put leased v --lease "$lease" > /dev/null && ctl user add someone:secret > /dev/null || exit 1
curl -sf "http://$(client 0)/v2/keys/before" -XPUT -d value=1 > /dev/null || exit 1
: > "$dir/acknowledged"
put_keys &
writer=$!
roll "$new"
curl -sf "http://$(client 1)/v2/keys/between" -XPUT -d value=2 > /dev/null || exit 1
roll "$old"
touch "$dir/stop"
wait "$writer"
writer=0

broken=0
holds() { # what, text, command...
  local what=$1 text=$2
  shift 2
  "$@" | grep -qF "$text" || { echo "$what is not there any more"; broken=1; }
}

holds "the leased key" "leased" ctl lease timetolive "$lease" --keys
holds "the user" "someone" ctl user list
holds "the v2 key from before" '"/before","value":"1"' curl -s "http://$(client 2)/v2/keys/?recursive=true"
holds "the v2 key from between" '"/between","value":"2"' curl -s "http://$(client 2)/v2/keys/?recursive=true"
alarms=$(ctl alarm list) || broken=1
[ -z "$alarms" ] || { echo "$alarms"; broken=1; }
ctl get k --prefix --keys-only | grep . | sort > "$dir/kept"
lost=$(sort "$dir/acknowledged" | comm -23 - "$dir/kept" | wc -l)
hashes=$(ctl endpoint hashkv | cut -d, -f2 | sort -u | wc -l)
echo "$(wc -l < "$dir/acknowledged") puts acknowledged, $lost lost, $(grep -c . "$dir/errors") lines of errors, $hashes different hash(es)"
[ "$lost" -eq 0 ] && [ "$hashes" -eq 1 ] && [ "$broken" -eq 0 ]
