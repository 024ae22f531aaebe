namespace ActorEtcd.Raft;

/// <summary>
/// The writes that Raft has asked for and the log has not acknowledged, in order, and the messages that must
/// not leave before them. One sequence covers terms, votes and entries, so "durable up to here" is one number.
/// </summary>
public sealed class PersistPipeline
{
    private readonly Queue<Write> _writes = new();
    private readonly Queue<(long Sequence, PeerMessage Message)> _deferred = new();
    private TimeSpan _movedAt;

    /// <summary>The number of the newest write asked for.</summary>
    public long Requested { get; private set; }

    /// <summary>Everything up to this number is on disk.</summary>
    public long Acknowledged { get; private set; }

    public bool IsIdle => Requested == Acknowledged;

    /// <summary>
    /// Since when the disk has had something to write and finished nothing; null when it owes nothing. A disk that is busy
    /// finishes one write after the other, however late.
    /// </summary>
    public TimeSpan? WaitingSince => _writes.TryPeek(out var oldest) ? (oldest.At > _movedAt ? oldest.At : _movedAt) : null;

    /// <summary>Numbers a write. <paramref name="lastIndex"/> is the last entry that it makes durable, or 0.</summary>
    public long Request(long lastIndex, TimeSpan now)
    {
        Requested++;
        _writes.Enqueue(new Write { Sequence = Requested, LastIndex = lastIndex, At = now });
        return Requested;
    }

    /// <summary>Entries from the index on were replaced: writes under way do not make them durable any more.</summary>
    public void Truncated(long fromIndex)
    {
        foreach (var write in _writes)
        {
            write.LastIndex = Math.Min(write.LastIndex, fromIndex - 1);
        }
    }

    /// <summary>Holds the message back until every write asked for so far is on disk.</summary>
    public void Defer(PeerMessage message) => _deferred.Enqueue((Requested, message));

    /// <summary>Notes the acknowledgement and returns the last entry that it made durable, or 0.</summary>
    public long Acknowledge(long sequence, TimeSpan now)
    {
        Invariant.Check(sequence <= Requested, $"write {sequence} was acknowledged, only {Requested} were asked for");
        Acknowledged = Math.Max(Acknowledged, sequence);
        _movedAt = now;
        var lastIndex = 0L;
        while (_writes.TryPeek(out var oldest) && oldest.Sequence <= Acknowledged)
        {
            lastIndex = Math.Max(lastIndex, oldest.LastIndex);
            _writes.Dequeue();
        }

        return lastIndex;
    }

    public bool TryRelease(out PeerMessage message)
    {
        if (_deferred.TryPeek(out var oldest) && oldest.Sequence <= Acknowledged)
        {
            message = oldest.Message;
            _deferred.Dequeue();
            return true;
        }

        message = null!;
        return false;
    }

    /// <summary>The message that would be released next, if any.</summary>
    public PeerMessage? NextReleasable =>
        _deferred.TryPeek(out var oldest) && oldest.Sequence <= Acknowledged ? oldest.Message : null;

    private sealed class Write
    {
        public required long Sequence { get; init; }

        public required long LastIndex { get; set; }

        public required TimeSpan At { get; init; }
    }
}
