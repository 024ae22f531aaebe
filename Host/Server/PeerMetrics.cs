using System.Collections.Concurrent;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Persistence.Serialization;

namespace ActorEtcd.Host.Server;

/// <summary>Counts what members send each other, under etcd's names.</summary>
public sealed class PeerMetrics(MetricRegistry registry) : IPeerTrafficObserver
{
    private readonly MetricFamily<Counter> _sent = registry.Counters(
        "etcd_network_peer_sent_bytes_total", "Bytes of messages sent to the peer.", "To");

    private readonly MetricFamily<Counter> _received = registry.Counters(
        "etcd_network_peer_received_bytes_total", "Bytes of messages received from the peer.", "From");

    private readonly MetricFamily<Counter> _sendFailures = registry.Counters(
        "etcd_network_peer_sent_failures_total", "Messages to the peer that could not be sent.", "To");

    private readonly MetricFamily<Histogram> _roundTrip = registry.Histograms(
        "etcd_network_peer_round_trip_time_seconds",
        "Time from a heartbeat to its answer.",
        Histogram.Exponential(0.0001, 2, 16),
        "To");

    private readonly MetricFamily<Gauge> _active = registry.Gauges(
        "etcd_network_active_peers", "Whether the peer answers: 1 or 0.", "Local", "Remote");

    private readonly MetricFamily<Counter> _disconnected = registry.Counters(
        "etcd_network_disconnected_peers_total", "How often the peer stopped to answer.", "Local", "Remote");

    private readonly ConcurrentDictionary<MemberId, Counter> _sentTo = new();
    private readonly ConcurrentDictionary<MemberId, Counter> _receivedFrom = new();

    public void Sent(MemberId to, int bytes)
        => _sentTo.GetOrAdd(to, static (member, self) => self.BeginSending(member.ToString()), this).Add(bytes);

    /// <summary>A message was given up.</summary>
    public void SendFailed(MemberId to) => _sendFailures.With(to.ToString()).Increment();

    public void Received(MemberId from, int bytes)
        => _receivedFrom.GetOrAdd(from, static (member, family) => family.With(member.ToString()), _received).Add(bytes);

    public void RoundTrip(MemberId to, TimeSpan duration) => _roundTrip.With(to.ToString()).Observe(duration.TotalSeconds);

    // The failures are told from the first message on, so that their rate is known when there are any.
    private Counter BeginSending(string to)
    {
        _sendFailures.With(to);
        return _sent.With(to);
    }

    /// <summary>The peer answers from now on, or not any more.</summary>
    public void ReachabilityChanged(MemberId self, MemberId peer, bool isReachable)
    {
        _active.With(self.ToString(), peer.ToString()).Set(isReachable ? 1 : 0);
        _disconnected.With(self.ToString(), peer.ToString()).Add(isReachable ? 0 : 1);
    }
}
