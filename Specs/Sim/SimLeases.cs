using System.Collections.Immutable;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Wire;

namespace ActorEtcd.Specs.Sim;

/// <summary>What clients were promised about their leases, and when the leases ended.</summary>
internal sealed class SimLeases(SimWorld world)
{
    /// <summary>The time that every lease is granted.</summary>
    public const long TtlSeconds = 3;

    /// <summary>How much later than promised a lease may end when nothing fails: a new leader's grace, a tick, a round.</summary>
    private static readonly TimeSpan LateMax = TimeSpan.FromSeconds(3);

    private readonly Dictionary<LeaseId, Promise> _promises = [];
    private readonly Dictionary<ulong, (LeaseId Id, long Term)> _proposed = [];

    public int Expiries { get; private set; }

    public bool IsGone(LeaseId id) => _promises.TryGetValue(id, out Promise? promise) && promise.RemovedAt is not null;

    /// <summary>A client that asked at the time was told that its lease has its whole time, granted or renewed.</summary>
    public void Renewed(LeaseId id, TimeSpan askedAt, bool isGrant)
    {
        Promise promise = PromiseOf(id);
        promise.Since = askedAt > promise.Since ? askedAt : promise.Since;
        promise.IsGranted |= isGrant;
        if (promise.RemovedAt is { } removedAt)
        {
            world.Check(isGrant || removedAt >= askedAt, $"lease {id} ended at {removedAt} and was renewed for a client who asked at {askedAt}");
        }
    }

    /// <summary>A client asked for the end of the lease.</summary>
    public void RevokeAsked(LeaseId id) => PromiseOf(id).IsRevoked = true;

    /// <summary>A member's lease actor proposes the end of a lease, in the term in which it takes itself for the leader's.</summary>
    public void ExpiryProposed(ulong requestId, LeaseRevokeRequest revoke) => _proposed[requestId] = (revoke.Id, revoke.FenceTerm);

    public void Committed(LogEntry entry)
    {
        if (entry.Kind == EntryKind.Command && _proposed.TryGetValue(CommandCodec.RequestIdOf(entry.Data), out var proposed))
        {
            PromiseOf(proposed.Id).IsExpired |= proposed.Term == entry.Term;
        }
    }

    /// <summary>A member applied changes; the first one to do so tells when a lease ended.</summary>
    public void Changed(ImmutableArray<LeaseChange> changes)
    {
        foreach (LeaseChange change in changes)
        {
            if (change is LeaseChange.Removed removed)
            {
                Removed(removed.Id);
            }
        }
    }

    /// <summary>Called when nothing has failed for long: no lease outlives its time.</summary>
    public void CheckNoneIsLate(TimeSpan healedAt)
    {
        foreach (var (id, promise) in _promises)
        {
            TimeSpan from = promise.Since > healedAt ? promise.Since : healedAt;
            world.Check(
                !promise.IsGranted || promise.RemovedAt is not null || world.Now < from + TimeSpan.FromSeconds(TtlSeconds) + LateMax,
                $"lease {id}, last renewed at {promise.Since}, is there at {world.Now}");
        }
    }

    private void Removed(LeaseId id)
    {
        Promise promise = PromiseOf(id);
        if (promise.RemovedAt is not null)
        {
            return;
        }

        promise.RemovedAt = world.Now;
        if (promise.IsRevoked || !promise.IsGranted)
        {
            return;
        }

        Expiries++;
        world.Check(promise.IsExpired, $"lease {id} ended by the word of a leader that was deposed");
        TimeSpan ttl = TimeSpan.FromSeconds(TtlSeconds) / (1 + world.Settings.ClockDrift);
        world.Check(
            world.Now >= promise.Since + ttl,
            $"lease {id} ended at {world.Now} although it was granted or renewed for a client who asked at {promise.Since}");
    }

    private Promise PromiseOf(LeaseId id)
    {
        if (!_promises.TryGetValue(id, out Promise? promise))
        {
            _promises.Add(id, promise = new Promise());
        }

        return promise;
    }

    private sealed class Promise
    {
        public TimeSpan Since { get; set; }

        public bool IsGranted { get; set; }

        public bool IsRevoked { get; set; }

        /// <summary>The leader of the term in which it was committed proposed its end.</summary>
        public bool IsExpired { get; set; }

        public TimeSpan? RemovedAt { get; set; }
    }
}
