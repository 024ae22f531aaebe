using System.Diagnostics.CodeAnalysis;

namespace ActorEtcd.Lease;

/// <summary>
/// The leases of the replicated state and the keys attached to each (etcd: <c>lessor</c>, without time). Owned by the
/// apply actor. Invariant: a key is in a lease's set exactly when its newest record names that lease.
/// </summary>
public sealed class LeaseTable
{
    /// <summary>The longest time to live that etcd grants, in seconds (<c>lease/lessor.go</c>).</summary>
    public const long TtlSecondsMax = 9_000_000_000;

    private readonly Dictionary<LeaseId, Held> _leases = [];

    public int Count => _leases.Count;

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

        return _leases.TryAdd(id, new Held(new LeaseRecord(id, ttlSeconds))) ? EtcdError.None : EtcdError.LeaseExist;
    }

    /// <summary>Puts back a lease from a checkpoint; its keys are attached by the caller.</summary>
    public void Restore(LeaseRecord record) => _leases[record.Id] = new Held(record);

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

    public void Remove(LeaseId id) => _leases.Remove(id);

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

    private sealed class Held(LeaseRecord record)
    {
        public LeaseRecord Record { get; set; } = record;

        public HashSet<Bytes>? Keys { get; set; }
    }
}
