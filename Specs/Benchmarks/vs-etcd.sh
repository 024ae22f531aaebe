#!/usr/bin/env bash
# Runs a real etcd and ActorEtcd in turn under the same load and prints both with their ratios.
# Every case gets a fresh data directory and free loopback ports; only processes started here are ended.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: vs-etcd.sh [options]
  --quick           a tenth of the requests: shows that it works, not how fast it is
  --only REGEX      only cases whose name matches: 1n-put-1 1n-put-1000 1n-range-l 1n-range-s 1n-range-1
                    3n-put-1 3n-put-1000 3n-range-l 3n-range-s 3n-range-1
  --total N         requests of a case with 1,000 clients (200000); a case with one client makes a twentieth
  --rounds N        runs of each case, of which the one with the median throughput is shown (1)
  --restart         instead: load 1,000,000 keys of 8+256 bytes, report memory, and the time of a restart
  --restart-keys N  the number of keys for --restart
  --etcd PATH       the etcd to compare with (etcd)
  --ours PATH       a published actor-etcd; without it, one is published first
USAGE
}

total=200000 rounds=1 only=. restart=0 restart_keys=1000000 etcd=etcd ours=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) total=20000 ;;
        --only) only=$2; shift ;;
        --total) total=$2; shift ;;
        --rounds) rounds=$2; shift ;;
        --restart) restart=1 ;;
        --restart-keys) restart_keys=$2; shift ;;
        --etcd) etcd=$2; shift ;;
        --ours) ours=$2; shift ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; exit 1 ;;
    esac
    shift
done

repo=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/vs-etcd.XXXXXX")
declare -a pids=()

stop_servers() { # SIGNAL
    local pid
    for pid in "${pids[@]}"; do
        kill "-$1" "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    pids=()
}

cleanup() {
    stop_servers KILL
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if [ -z "$ours" ]; then
    echo "publishing ..." >&2
    dotnet publish "$repo/Host" -c Release -o "$work/bin" --nologo -v quiet >&2
    ours=$work/bin/actor-etcd
fi
bench() { "$ours" bench "$@"; }

next_port=$((11000 + ($$ * 37) % 18000))
free_port() { # sets $port
    while next_port=$((next_port + 1)); (exec 3<>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do :; done
    port=$next_port
}

declare -a client_ports=() peer_ports=()
choose_ports() { # NODES
    client_ports=() peer_ports=()
    local i
    for ((i = 0; i < $1; i++)); do
        free_port; client_ports+=("$port")
        free_port; peer_ports+=("$port")
    done
}

start_servers() { # SERVER NODES DIRECTORY: sets pids, endpoints
    local server=$1 nodes=$2 dir=$3 i cluster='' binary=$etcd
    [ "$server" = etcd ] || binary=$ours
    endpoints='' pids=()
    for ((i = 0; i < nodes; i++)); do
        cluster+="${cluster:+,}n$i=http://127.0.0.1:${peer_ports[i]}"
        endpoints+="${endpoints:+,}127.0.0.1:${client_ports[i]}"
    done
    for ((i = 0; i < nodes; i++)); do
        "$binary" --name "n$i" --data-dir "$dir/n$i" --log-level error \
            --listen-client-urls "http://127.0.0.1:${client_ports[i]}" \
            --advertise-client-urls "http://127.0.0.1:${client_ports[i]}" \
            --listen-peer-urls "http://127.0.0.1:${peer_ports[i]}" \
            --initial-advertise-peer-urls "http://127.0.0.1:${peer_ports[i]}" \
            --initial-cluster "$cluster" --quota-backend-bytes 8589934592 \
            >"$dir/n$i.log" 2>&1 &
        pids+=($!)
    done
    if ! bench ready --endpoints "$endpoints" --timeout 120 >"$dir/ready"; then
        echo "$server did not become ready:" >&2
        tail -n 20 "$dir"/*.log >&2
        exit 1
    fi
}

value() { # FILE NAME
    awk -v name="$2:" '$1 == name { print $2 }' "$1"
}

# --- throughput, latency, processor time ---------------------------------------------------------------------

run_case() { # SERVER CASE RESULT
    local server=$1 name=$2 result=$3 nodes=${2%%n-*} load=${2#*-} dir clients=1000 conns=100 count=$total warmup
    dir=$(mktemp -d "$work/run.XXXXXX")
    case $load in *-1) clients=1 conns=1 count=$((total / 20)) ;; esac
    warmup=$((count / 5))
    choose_ports "$nodes"
    start_servers "$server" "$nodes" "$dir"
    local all=(--endpoints "$endpoints" --conns "$conns" --clients "$clients" --total "$count" --warmup "$warmup"
        --val-size 256 --server-pid "$(IFS=,; echo "${pids[*]}")")
    case $load in
        put-*) bench put "${all[@]}" --key-space-size 100000 >"$result" ;;
        range-*)
            # Few keys, put gently: etcd 3.4 keeps the read buffer of its heaviest moment and copies it for each read.
            bench put --endpoints "$endpoints" --total 1000 --key-space-size 1000 --sequential-keys --val-size 256 >/dev/null
            local consistency=l
            [ "$load" != range-s ] || consistency=s
            bench range "${all[@]}" --key-space-size 1000 --consistency "$consistency" >"$result" ;;
    esac || { echo "$server $name failed:" >&2; cat "$result" >&2; tail -n 20 "$dir"/*.log >&2; exit 1; }
    stop_servers TERM
    rm -rf "$dir"
}

median() { # FILES: the one with the median throughput
    local file
    for file in "$@"; do
        echo "$(value "$file" requests_per_second) $file"
    done | sort -n | awk '{ line[NR] = $2 } END { print line[int((NR + 1) / 2)] }'
}

row() { # CASE SERVER FILE
    printf '| %-11s | %-10s | %9.0f | %8.2f | %8.2f | %9.1f | %7.0f |\n' "$1" "$2" \
        "$(value "$3" requests_per_second)" "$(value "$3" latency_ms_p50)" "$(value "$3" latency_ms_p99)" \
        "$(value "$3" server_cpu_us_per_request)" "$(value "$3" server_rss_mb)"
}

ratio_row() { # CASE ETCD OURS
    local name
    printf '| %-11s | %-10s |' "$1" 'ours/etcd'
    for name in requests_per_second:9 latency_ms_p50:8 latency_ms_p99:8 server_cpu_us_per_request:9 server_rss_mb:7; do
        awk -v a="$(value "$3" "${name%:*}")" -v b="$(value "$2" "${name%:*}")" -v w="${name#*:}" \
            'BEGIN { if (b > 0) printf " %*.2f |", w, a / b; else printf " %*s |", w, "-" }'
    done
    echo
}

throughput() {
    local name round server
    echo "| case        | server     | request/s |   p50 ms |   p99 ms | cpu us/op |  RSS MB |"
    echo "|-------------|------------|----------:|---------:|---------:|----------:|--------:|"
    for name in 1n-put-1 1n-put-1000 1n-range-1 1n-range-l 1n-range-s 3n-put-1 3n-put-1000 3n-range-1 3n-range-l 3n-range-s; do
        [[ $name =~ $only ]] || continue
        for ((round = 0; round < rounds; round++)); do
            for server in etcd actor-etcd; do
                run_case "$server" "$name" "$work/$name.$server.$round"
            done
        done
        for server in etcd actor-etcd; do
            row "$name" "$server" "$(median "$work/$name.$server".*)"
        done
        ratio_row "$name" "$(median "$work/$name.etcd".*)" "$(median "$work/$name.actor-etcd".*)"
    done
}

# --- memory and restart --------------------------------------------------------------------------------------

resident_mb() {
    awk '/^VmRSS:/ { printf "%.0f", $2 * 1024 / 1000000 }' "/proc/$1/status"
}

restart_case() { # SERVER SIGNAL
    local server=$1 signal=$2 dir loaded restarted began ended
    dir=$(mktemp -d "$work/restart.XXXXXX")
    choose_ports 1
    start_servers "$server" 1 "$dir"
    bench put --endpoints "$endpoints" --conns 100 --clients 1000 --total "$restart_keys" \
        --key-space-size "$restart_keys" --sequential-keys --val-size 256 >"$dir/load"
    loaded=$(resident_mb "${pids[0]}")
    stop_servers "$signal"
    began=$(date +%s%N)
    start_servers "$server" 1 "$dir"
    ended=$(date +%s%N)
    restarted=$(resident_mb "${pids[0]}")
    printf '| %-10s | %-6s | %11.0f | %9d | %9d | %9.2f | %9d |\n' "$server" "$signal" \
        "$(value "$dir/load" requests_per_second)" "$loaded" "$restarted" \
        "$(awk -v ns=$((ended - began)) 'BEGIN { print ns / 1e9 }')" "$(du -sm "$dir/n0" | cut -f1)"
    stop_servers KILL
    rm -rf "$dir"
}

restarts() {
    local signal server
    echo "$restart_keys keys of 8+256 bytes, one node"
    echo "| server     | ended  | put/s       | RSS MB    | RSS after | restart s | disk MB   |"
    echo "|------------|--------|------------:|----------:|----------:|----------:|----------:|"
    for signal in TERM KILL; do
        for server in etcd actor-etcd; do
            restart_case "$server" "$signal"
        done
    done
}

if [ "$restart" = 1 ]; then restarts; else throughput; fi
