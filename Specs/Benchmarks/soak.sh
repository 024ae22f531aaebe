#!/usr/bin/env bash
# Watches and puts for a long time on one server, with a compaction every ten seconds, and shows that its memory stays
# flat and that every watcher got every event. Ends with 1 when either does not hold.
# Usage: soak.sh [seconds] [puts per second] [binary]; without a binary it publishes one to bin/.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
rate=${2:-2000}
binary=${3:-bin/actor-etcd}
[ $# -ge 3 ] || dotnet publish Host -c Release -o bin --nologo -v quiet

exec python3 - "$binary" "$seconds" "$rate" <<'PYTHON'
import json, shutil, socket, subprocess, sys, tempfile, time, urllib.request

binary, seconds, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
SAMPLE_SECONDS, COMPACT_SECONDS, KEPT_REVISIONS = 2, 10, 1000
STREAMS, WATCHERS = 50, 20
# What the last third may hold more than the second: collections of garbage are not timed by us.
SLACK = 1.10
# Memory goes up and down with the segments between two checkpoints (checkpoint-bytes); a third of a run must see a peak of it.
RECORD_BYTES, CHECKPOINT_BYTES = 330, 128 << 20


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def post(port, path, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def compact(port):
    revision = int(post(port, "/v3/kv/range", {"key": "eA==", "serializable": True})["header"]["revision"])
    if revision > KEPT_REVISIONS:
        post(port, "/v3/kv/compaction", {"revision": str(revision - KEPT_REVISIONS)})


def memory_mb(pid):
    fields = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if line.startswith("Rss") or line.startswith("VmRSS"))
    return {name: int(value.split()[0]) / 1024 for name, value in fields.items()}


def main():
    if rate * seconds * RECORD_BYTES < 3 * CHECKPOINT_BYTES:
        print(f"{seconds} s at {rate}/s are too short to tell flat from growing memory: take {3 * CHECKPOINT_BYTES // (rate * RECORD_BYTES) + 1} s")
        return 2
    data, client, peer = tempfile.mkdtemp(prefix="actor-etcd-soak-"), free_port(), free_port()
    url, peer_url = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    server = subprocess.Popen(
        [binary, "--data-dir", data, "--listen-client-urls", url, "--advertise-client-urls", url,
         "--listen-peer-urls", peer_url, "--initial-advertise-peer-urls", peer_url,
         "--initial-cluster", f"default={peer_url}", "--log-level", "error"])
    load = None
    try:
        endpoint = f"127.0.0.1:{client}"
        subprocess.run([binary, "bench", "ready", "--endpoints", endpoint], check=True, stdout=subprocess.DEVNULL)
        load = subprocess.Popen(
            [binary, "bench", "watch", "--endpoints", endpoint, "--conns", "10", "--clients", "50", "--streams", str(STREAMS),
             "--watch-per-stream", str(WATCHERS), "--key-space-size", "2000", "--val-size", "256",
             "--rate", str(rate), "--total", str(rate * seconds), "--json"],
            stdout=subprocess.PIPE, text=True)
        samples, start, compacted, told = [], time.monotonic(), 0, 0
        print("  seconds   RSS MB  anonymous MB", flush=True)
        while load.poll() is None:
            time.sleep(SAMPLE_SECONDS)
            now = time.monotonic() - start
            memory = memory_mb(server.pid)
            samples.append((now, memory["VmRSS"], memory["RssAnon"]))
            if now - told >= 30:
                told = now
                print(f"{now:9.0f} {memory['VmRSS']:8.0f} {memory['RssAnon']:13.0f}", flush=True)
            if now - compacted >= COMPACT_SECONDS:
                compacted = now
                compact(client)
        result = json.loads(load.stdout.read())
        print(json.dumps(result, indent=1))
        return judge(samples) if load.returncode == 0 else 1
    finally:
        if load is not None and load.poll() is None:
            load.kill()
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(data, ignore_errors=True)


def judge(samples):
    third = len(samples) // 3
    before = max(anonymous for _, _, anonymous in samples[third:2 * third])
    after = max(anonymous for _, _, anonymous in samples[2 * third:])
    flat = after <= before * SLACK
    print(f"most anonymous memory in the second third {before:.0f} MB, in the last {after:.0f} MB: {'flat' if flat else 'it grows'}")
    return 0 if flat else 1


sys.exit(main())
PYTHON
