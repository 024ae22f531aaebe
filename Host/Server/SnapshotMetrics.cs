using System.Diagnostics;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Raft;

namespace ActorEtcd.Host.Server;

/// <summary>Counts checkpoints that go from member to member, under etcd's names. Used by the Raft actor alone.</summary>
public sealed class SnapshotMetrics(MetricRegistry registry) : ISnapshotObserver
{
    private readonly Direction _send = new(registry, "send", "To");
    private readonly Direction _receive = new(registry, "receive", "From");

    private readonly Gauge _installing = registry.Gauge(
        "etcd_server_snapshot_apply_in_progress_total", "Whether a checkpoint from the leader is taking the place of the state: 1 or 0.");

    /// <summary>Its series begin with zero, so that their rates are known when there are any.</summary>
    public void Know(MemberId other)
    {
        _send.Know(other);
        _receive.Know(other);
    }

    public void SendBegins(MemberId to) => _send.Begins(to);

    public void SendEnded(MemberId to, bool isSuccess) => _send.Ended(to, isSuccess);

    public void ReceiveBegins(MemberId from) => _receive.Begins(from);

    public void ReceiveEnded(MemberId from, bool isSuccess) => _receive.Ended(from, isSuccess);

    public void InstallChanged(bool isUnderWay) => _installing.Set(isUnderWay ? 1 : 0);

    private sealed class Direction(MetricRegistry registry, string way, string label)
    {
        private readonly MetricFamily<Gauge> _underWay = registry.Gauges(
            $"etcd_network_snapshot_{way}_inflights_total", "Checkpoints that are on their way between members.", label);

        private readonly MetricFamily<Counter> _successes = registry.Counters(
            $"etcd_network_snapshot_{way}_success", "Checkpoints that went from member to member.", label);

        private readonly MetricFamily<Counter> _failures = registry.Counters(
            $"etcd_network_snapshot_{way}_failures", "Checkpoints that did not get from member to member.", label);

        private readonly MetricFamily<Histogram> _duration = registry.Histograms(
            $"etcd_network_snapshot_{way}_total_duration_seconds",
            "How long checkpoints take from member to member.",
            Histogram.Exponential(0.1, 2, 10),
            label);

        private readonly Dictionary<MemberId, long> _begun = [];

        public void Know(MemberId member)
        {
            var id = member.ToString();
            _underWay.With(id);
            _successes.With(id);
            _failures.With(id);
            _duration.With(id);
        }

        public void Begins(MemberId member)
        {
            _begun[member] = Stopwatch.GetTimestamp();
            _underWay.With(member.ToString()).Increment();
        }

        public void Ended(MemberId member, bool isSuccess)
        {
            _underWay.With(member.ToString()).Decrement();
            if (!_begun.Remove(member, out var begun) || !isSuccess)
            {
                _failures.With(member.ToString()).Increment();
                return;
            }

            _successes.With(member.ToString()).Increment();
            _duration.With(member.ToString()).Observe(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
    }
}
