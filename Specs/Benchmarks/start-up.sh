#!/usr/bin/env bash
# How long actor-etcd takes from its start on an empty data directory until a linearizable put is acknowledged, and the
# processor time it has used by then and uses while idle.
# Usage: start-up.sh [runs] [binary]; without a binary it publishes one to bin/.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-10}
binary=${2:-bin/actor-etcd}
[ $# -ge 2 ] || dotnet publish Host -c Release -o bin --nologo -v quiet

exec python3 - "$binary" "$runs" <<'PYTHON'
import os, shutil, socket, subprocess, sys, tempfile, time

binary, runs = sys.argv[1], int(sys.argv[2])
ticks = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_ms(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / ticks


def put(port):
    env = dict(os.environ, ETCDCTL_API="3")
    return subprocess.run(["etcdctl", f"--endpoints=127.0.0.1:{port}", "put", "k", "v"], env=env,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def once(idle_seconds):
    data, client, peer = tempfile.mkdtemp(prefix="actor-etcd-start-"), free_port(), free_port()
    url, peer_url = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    start = time.monotonic()
    server = subprocess.Popen(
        [binary, "--data-dir", data, "--listen-client-urls", url, "--advertise-client-urls", url,
         "--listen-peer-urls", peer_url, "--initial-advertise-peer-urls", peer_url,
         "--initial-cluster", f"default={peer_url}"], stderr=subprocess.PIPE)
    try:
        for line in server.stderr:
            if b"ready to serve client requests" in line:
                break
        ready, cpu = (time.monotonic() - start) * 1000, cpu_ms(server.pid)
        if not put(client):
            sys.exit("the first put failed")
        acknowledged = (time.monotonic() - start) * 1000
        idle = None
        if idle_seconds:
            time.sleep(3)
            before = cpu_ms(server.pid)
            time.sleep(idle_seconds)
            idle = (cpu_ms(server.pid) - before) / (idle_seconds * 10)
        return ready, acknowledged, cpu, idle
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(data, ignore_errors=True)


results = [once(10 if i == runs - 1 else 0) for i in range(runs)]
for name, column in (("ready line, ms", 0), ("first put acknowledged (etcdctl's own start included), ms", 1),
                     ("processor time when ready, ms", 2)):
    values = sorted(r[column] for r in results)
    print(f"{name}: least {values[0]:.0f}, median {values[len(values) // 2]:.0f}, most {values[-1]:.0f}")
print(f"idle: {results[-1][3]:.1f} % of one processor")
PYTHON
