namespace ActorEtcd.Lease;

/// <summary>
/// When each lease expires, for the leader only. Pure: every method is given the time. Renewals cost no more than a
/// write of one field; a lease that was renewed is put back when its former expiry comes up.
/// </summary>
public sealed class LeaseClock
{
    private readonly Dictionary<LeaseId, Timing> _timings = [];
    private readonly PriorityQueue<LeaseId, TimeSpan> _expiries = new();

    public int Count => _timings.Count;

    public void Clear()
    {
        _timings.Clear();
        _expiries.Clear();
    }

    /// <summary>Starts the time of a lease from its recorded remaining time, or from the granted one.</summary>
    public void Start(LeaseRecord record, TimeSpan now, TimeSpan grace)
    {
        var remaining = TimeSpan.FromSeconds(record.RemainingTtlSeconds > 0 ? record.RemainingTtlSeconds : record.TtlSeconds);
        var expiry = now + remaining + grace;
        _timings[record.Id] = new Timing(record, expiry);
        _expiries.Enqueue(record.Id, expiry);
    }

    public void Remove(LeaseId id) => _timings.Remove(id);

    public void Recorded(LeaseId id, long remainingTtlSeconds)
    {
        if (_timings.TryGetValue(id, out var timing))
        {
            timing.Record = timing.Record with { RemainingTtlSeconds = remainingTtlSeconds };
        }
    }

    /// <summary>
    /// Gives the lease its granted time again. A lease whose expiry has passed is not renewed: its revoke is under way.
    /// </summary>
    /// <param name="forget">Whether a recorded remaining time is now too short and must be forgotten through the log.</param>
    public LeaseTtl Renew(LeaseId id, TimeSpan now, out bool forget)
    {
        forget = false;
        if (!_timings.TryGetValue(id, out var timing) || timing.Expiry <= now)
        {
            return LeaseTtl.NotFound;
        }

        timing.Expiry = now + TimeSpan.FromSeconds(timing.Record.TtlSeconds);
        forget = timing.Record.RemainingTtlSeconds > 0;
        return new LeaseTtl(timing.Record.TtlSeconds, timing.Record.TtlSeconds);
    }

    public LeaseTtl Query(LeaseId id, TimeSpan now)
        => _timings.TryGetValue(id, out var timing) && timing.Expiry > now
            ? new LeaseTtl((long)(timing.Expiry - now).TotalSeconds, timing.Record.TtlSeconds)
            : LeaseTtl.NotFound;

    /// <summary>Adds at most <paramref name="max"/> expired leases; each comes up again after the retry interval while it exists.</summary>
    public void TakeExpired(TimeSpan now, int max, TimeSpan retryInterval, List<LeaseId> expired)
    {
        while (expired.Count < max && _expiries.TryPeek(out var id, out var due) && due <= now)
        {
            _expiries.Dequeue();
            if (!_timings.TryGetValue(id, out var timing))
            {
                continue;
            }

            if (timing.Expiry > now)
            {
                _expiries.Enqueue(id, timing.Expiry);
                continue;
            }

            expired.Add(id);
            _expiries.Enqueue(id, now + retryInterval);
        }
    }

    /// <summary>The leases whose remaining time should be recorded, since it shrank by a step since it last was.</summary>
    public IEnumerable<(LeaseId Id, long RemainingTtlSeconds)> ToRecord(TimeSpan now)
    {
        foreach (var (id, timing) in _timings)
        {
            var granted = TimeSpan.FromSeconds(timing.Record.TtlSeconds);
            var recorded = timing.Record.RemainingTtlSeconds > 0
                ? TimeSpan.FromSeconds(timing.Record.RemainingTtlSeconds)
                : granted;
            var step = granted / LeaseSettings.CheckpointStepsMax;
            step = step < LeaseSettings.CheckpointStepMin ? LeaseSettings.CheckpointStepMin : step;
            var remaining = timing.Expiry - now;
            if (remaining > TimeSpan.FromSeconds(1) && recorded - remaining >= step)
            {
                yield return (id, (long)remaining.TotalSeconds);
            }
        }
    }

    private sealed class Timing(LeaseRecord record, TimeSpan expiry)
    {
        public LeaseRecord Record { get; set; } = record;

        public TimeSpan Expiry { get; set; } = expiry;
    }
}
