#!/usr/bin/env bash
# Runs every spec. As root it first installs what the specs drive and the server needs: Debian's etcd and etcdctl, and
# libcrypt (part of every Debian) for passwords. The servers that the specs start are their own; the packages' service
# is never used.
# Arguments are passed to 'dotnet test', for example: ./test.sh --filter FullyQualifiedName~Raft
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v etcdctl >/dev/null || ! command -v etcd >/dev/null; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "test.sh: the specs need 'etcd' and 'etcdctl'; install etcd-server and etcd-client, or run as root" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # The packages would start a service on etcd's own port; a policy that forbids it is taken away again.
  policy=/usr/sbin/policy-rc.d
  made_policy=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    made_policy=yes
  fi
  apt-get install -y -qq etcd-server etcd-client libcrypt1 >/dev/null
  [ "$made_policy" = no ] || rm -f "$policy"
fi

# Client libraries that Specs/Clients drives. What cannot be installed is missed by its own spec alone, which is skipped.
# The Python library comes from Debian; npm's goes into a folder of the repository that git ignores.
if [ "$(id -u)" -eq 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  packages=()
  [ -d /usr/lib/python3/dist-packages/etcd3gw ] || packages+=(python3-etcd3gw)
  command -v npm >/dev/null || packages+=(nodejs npm)

  # Specs/Chaos compiles the layer that makes disks fail.
  command -v gcc >/dev/null || packages+=(gcc libc6-dev)
  for package in "${packages[@]}"; do
    timeout 300 apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
      { apt-get update -qq && timeout 300 apt-get install -y -qq --no-install-recommends "$package" >/dev/null; } ||
      echo "test.sh: $package cannot be installed; specs that need it are skipped" >&2
  done
fi
if command -v npm >/dev/null && [ ! -d .cache/npm/node_modules/etcd3 ]; then
  timeout 120 npm install --prefix .cache/npm --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    etcd3@1.1.2 >/dev/null 2>&1 || echo "test.sh: npm's etcd3 cannot be installed; its spec is skipped" >&2
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build ActorEtcd.sln -c Release --nologo -v quiet
# A shell's background jobs ignore interrupts, and so would some programs that the specs start and interrupt.
env --default-signal=INT dotnet test Specs/Specs.csproj -c Release --no-build --nologo --logger "console;verbosity=minimal" "$@"
