using System.Collections.Concurrent;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Raft;

namespace ActorEtcd.Host.Http.V2;

/// <summary>What <c>/v2/stats</c> tells of the other members. Written on the transport's and the Raft actor's threads.</summary>
/// <param name="next">Who else sees the traffic.</param>
public sealed class V2PeerStats(IPeerTrafficObserver next) : IPeerTrafficObserver
{
    private readonly ConcurrentDictionary<MemberId, V2FollowerStats> _followers = new();
    private long _sent;
    private long _received;

    public long Sent => Volatile.Read(ref _sent);

    public long Received => Volatile.Read(ref _received);

    public IReadOnlyDictionary<MemberId, V2FollowerStats> Followers => _followers;

    void IPeerTrafficObserver.Sent(MemberId to, int bytes)
    {
        Interlocked.Increment(ref _sent);
        next.Sent(to, bytes);
    }

    void IPeerTrafficObserver.Received(MemberId from, int bytes)
    {
        Interlocked.Increment(ref _received);
        next.Received(from, bytes);
    }

    public void RoundTrip(MemberId to, TimeSpan duration)
        => _followers.GetOrAdd(to, static _ => new V2FollowerStats()).Add(duration);
}
