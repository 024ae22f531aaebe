using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Apply;

namespace ActorEtcd.Lease;

/// <summary>
/// The leases of the replicated state and the keys attached to each (etcd: <c>lessor</c>, without time). Owned by the
/// apply actor. Invariant: a key is in a lease's set exactly when its newest record names that lease.
/// </summary>
public sealed class LeaseTable
{
    /// <summary>The longest time to live that etcd grants, in seconds (<c>lease/lessor.go</c>).</summary>
    public const long TtlSecondsMax = 9_000_000_000;

    /// <summary>
    /// Times up to here, in seconds, count alike when members compare: etcd lengthens what it is asked for to one and a half
    /// election timeouts, of 50 s at most, on each member as its own flag says, and members may come from there.
    /// </summary>
    private const long TtlSecondsLengthenedMax = 75;

    private const ulong OfLease = 3;

    private readonly Dictionary<LeaseId, Held> _leases = [];

    public int Count => _leases.Count;

    /// <summary>
    /// What the leases come to when members compare, in no order. What remains of a time is left out: etcd keeps it or not, as a
    /// flag of each member says, and so do members that come from there.
    /// </summary>
    public ulong Digest { get; private set; }

    /// <summary>All leases, in no order.</summary>
    public IEnumerable<LeaseRecord> Records => _leases.Values.Select(static held => held.Record);

    public bool Exists(LeaseId id) => _leases.ContainsKey(id);

    public bool TryGet(LeaseId id, [NotNullWhen(true)] out LeaseRecord? record)
    {
        record = _leases.TryGetValue(id, out var held) ? held.Record : null;
        return record is not null;
    }

    /// <returns><see cref="EtcdError.None"/>, or why the lease is refused.</returns>
    public EtcdError Grant(LeaseId id, long ttlSeconds)
    {
        if (id.IsNone)
        {
            return EtcdError.LeaseNotFound;
        }

        if (ttlSeconds > TtlSecondsMax)
        {
            return EtcdError.LeaseTTLTooLarge;
        }

        var record = new LeaseRecord(id, ttlSeconds);
        if (!_leases.TryAdd(id, new Held(record)))
        {
            return EtcdError.LeaseExist;
        }

        Digest += DigestOf(record);
        return EtcdError.None;
    }

    /// <summary>Puts back a lease from a checkpoint; its keys are attached by the caller.</summary>
    public void Restore(LeaseRecord record)
    {
        Remove(record.Id);
        _leases.Add(record.Id, new Held(record));
        Digest += DigestOf(record);
    }

    /// <summary>The keys to delete when the lease ends, in key order so that every member deletes them alike.</summary>
    public IReadOnlyList<Bytes> KeysOf(LeaseId id)
    {
        if (!_leases.TryGetValue(id, out var held) || held.Keys is null)
        {
            return [];
        }

        var keys = held.Keys.ToArray();
        Array.Sort(keys);
        return keys;
    }

    public void Remove(LeaseId id)
    {
        if (_leases.Remove(id, out var held))
        {
            Digest -= DigestOf(held.Record);
        }
    }

    public void Checkpoint(LeaseId id, long remainingTtlSeconds)
    {
        if (_leases.TryGetValue(id, out var held))
        {
            held.Record = held.Record with { RemainingTtlSeconds = remainingTtlSeconds };
        }
    }

    public void Attach(LeaseId id, Bytes key)
    {
        if (_leases.TryGetValue(id, out var held))
        {
            // A copy, since the key may be a slice of a request or a segment that should not live as long as the lease.
            (held.Keys ??= []).Add(key.ToArray());
        }
    }

    public void Detach(LeaseId id, Bytes key)
    {
        if (_leases.TryGetValue(id, out var held))
        {
            held.Keys?.Remove(key);
        }
    }

    private static ulong DigestOf(LeaseRecord record) => StateHash.Mix(
        StateHash.Mix(OfLease, (ulong)record.Id.Value), (ulong)Math.Max(record.TtlSeconds, TtlSecondsLengthenedMax));

    private sealed class Held(LeaseRecord record)
    {
        public LeaseRecord Record { get; set; } = record;

        public HashSet<Bytes>? Keys { get; set; }
    }
}
