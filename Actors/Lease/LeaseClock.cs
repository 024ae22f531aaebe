namespace ActorEtcd.Lease;

/// <summary>
/// When each lease expires, for the leader only. Pure: every method is given the time. Renewals cost no more than a
/// write of one field; a lease that was renewed is put back when its former expiry comes up.
/// </summary>
public sealed class LeaseClock
{
    /// <summary>Left-over places in the queue that are too few to clean up for.</summary>
    private const int StaleMax = 1024;

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
        var timing = new Timing(record, expiry);
        _timings[record.Id] = timing;
        Enqueue(record.Id, timing, expiry);
    }

    public bool Knows(LeaseId id) => _timings.ContainsKey(id);

    public void Remove(LeaseId id)
    {
        _timings.Remove(id);

        // What is queued for leases that are gone would otherwise stay until their time, which may be years.
        if (_expiries.Count > (2 * _timings.Count) + StaleMax)
        {
            _expiries.Clear();
            _expiries.EnqueueRange(_timings.Select(static timing => (timing.Key, timing.Value.QueuedFor)));
        }
    }

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
            if (!_timings.TryGetValue(id, out var timing) || timing.QueuedFor != due)
            {
                continue;
            }

            if (timing.Expiry > now)
            {
                Enqueue(id, timing, timing.Expiry);
                continue;
            }

            expired.Add(id);
            Enqueue(id, timing, now + retryInterval);
        }
    }

    private void Enqueue(LeaseId id, Timing timing, TimeSpan due)
    {
        timing.QueuedFor = due;
        _expiries.Enqueue(id, due);
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

        /// <summary>The one place in the queue that counts; others are left over from a former lease of this id.</summary>
        public TimeSpan QueuedFor { get; set; }
    }
}
