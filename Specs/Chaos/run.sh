#!/usr/bin/env bash
# Chaos against real server processes: a cluster under load while members are killed, paused, cut off, robbed of their
# disks and replaced; then the recorded history is checked. Prints a table, and the folder that keeps the history if a
# promise was broken. The faults are a function of the seed. --tls is for links and for clients, with certificates on both
# sides; a fault lasts from one election timeout to as many as --elections says (100 in runs above a minute); log files are
# small with every odd seed.
#   Specs/Chaos/run.sh [--seconds N] [--seed S] [--members 3|5] [--tls] [--runs R]
#     [--elections N] [--faults KillLeader,PowerLoss,...] [--no-build]
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=60 seed=$RANDOM members=3 tls=0 runs=1 elections= faults= build=yes
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --members) members=$2; shift 2 ;;
    --runs) runs=$2; shift 2 ;;
    --elections) elections=$2; shift 2 ;;
    --faults) faults=$2; shift 2 ;;
    --tls) tls=1; shift ;;
    --no-build) build=no; shift ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CONFIGURATION:-Debug}
[ "$build" = no ] || dotnet build Specs/Specs.csproj -c "$configuration" --nologo -v quiet
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
export ACTOR_ETCD_SPECS_CHAOS_SECONDS=$seconds ACTOR_ETCD_SPECS_CHAOS_MEMBERS=$members ACTOR_ETCD_SPECS_CHAOS_TLS=$tls
export ACTOR_ETCD_SPECS_CHAOS_FAULTS=$faults ACTOR_ETCD_SPECS_CHAOS_ELECTIONS=$elections
export ACTOR_ETCD_SPECS_CHAOS_SUMMARY=$output/summary
status=0
for ((run = 0; run < runs; run++)); do
  export ACTOR_ETCD_SPECS_SEED=$((seed + run))
  : > "$output/summary"
  if ! dotnet test Specs/Specs.csproj -c "$configuration" --no-build --nologo \
    --filter FullyQualifiedName~ChaosSpec.Run_of_the_command > "$output/test" 2>&1; then
    status=1
    [ -s "$output/summary" ] || cat "$output/test"
    grep -m1 "kept in" "$output/test" || true
  fi
  cat "$output/summary"
  echo
done
exit $status
