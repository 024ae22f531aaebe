namespace ActorEtcd.Raft;

/// <summary>
/// What the leader knows about one member.
/// Invariant: match &lt; next; in flight holds exactly the appends sent in (match, next) while replicating.
/// </summary>
public sealed class Progress(MemberId id)
{
    private readonly Queue<(long LastIndex, long Bytes)> _inFlight = new();

    public MemberId Id { get; } = id;

    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>The member durably holds the leader's log up to here. Grows, unless the member loses its log.</summary>
    public long Match { get; private set; }

    /// <summary>The next entry to send.</summary>
    public long Next { get; set; }

    /// <summary>Probing: the one message is out. Cleared by an answer or by the next heartbeat's.</summary>
    public bool ProbeSent { get; set; }

    /// <summary>When the member last answered anything in this term.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>The latest round of heartbeats that the member answered; see <see cref="ReadRounds"/>.</summary>
    public long AnsweredRound { get; set; }

    /// <summary>The commit index that the member was last told.</summary>
    public long ToldCommit { get; set; }

    /// <summary>Whether an append was accepted since the last answered heartbeat.</summary>
    public bool MovedSinceHeartbeat { get; set; }

    /// <summary>When an append without entries last asked where the member stands.</summary>
    public TimeSpan NudgedAt { get; set; }

    public long SnapshotIndex { get; private set; }

    public TimeSpan SnapshotSentAt { get; private set; }

    public long InFlightBytes { get; private set; }

    public int InFlightAppends => _inFlight.Count;

    public void BecomeProbe()
    {
        var next = State == ProgressState.Snapshot ? Math.Max(Match, SnapshotIndex) + 1 : Match + 1;
        State = ProgressState.Probe;
        Next = next;
        ProbeSent = false;
        ClearInFlight();
    }

    public void BecomeReplicate()
    {
        State = ProgressState.Replicate;
        Next = Match + 1;
        ProbeSent = false;
        ClearInFlight();
    }

    public void BecomeSnapshot(long index, TimeSpan now)
    {
        State = ProgressState.Snapshot;
        SnapshotIndex = index;
        SnapshotSentAt = now;
        ClearInFlight();
    }

    /// <summary>The checkpoint was not installed; what the member needs is decided anew.</summary>
    public void SnapshotFailed()
    {
        SnapshotIndex = 0;
        BecomeProbe();
        ProbeSent = true;
    }

    /// <summary>The member has lost its log: nothing that it has acknowledged counts any more.</summary>
    public void LostLog(long lastIndex)
    {
        State = ProgressState.Probe;
        Match = 0;
        Next = lastIndex + 1;
        ProbeSent = false;
        SnapshotIndex = 0;
        ToldCommit = 0;
        ClearInFlight();
    }

    /// <summary>The member holds everything up to the index. Says whether that is news.</summary>
    public bool Accepted(long index)
    {
        while (_inFlight.TryPeek(out var oldest) && oldest.LastIndex <= index)
        {
            InFlightBytes -= oldest.Bytes;
            _inFlight.Dequeue();
        }

        Next = Math.Max(Next, index + 1);
        if (index <= Match)
        {
            return false;
        }

        Match = index;
        MovedSinceHeartbeat = true;
        return true;
    }

    public void Sent(long lastIndex, long bytes)
    {
        Next = lastIndex + 1;
        _inFlight.Enqueue((lastIndex, bytes));
        InFlightBytes += bytes;
    }

    /// <summary>
    /// The member refused the entry at <paramref name="refused"/>. Says whether that is news; then
    /// <see cref="Next"/> has moved back, to the guess if the place was being probed.
    /// </summary>
    public bool Refused(long refused, long guess)
    {
        if (refused <= Match && (Match > 0 || State == ProgressState.Replicate))
        {
            // Late, or of a member that lost its log and whose earlier answer came later still: it asks again.
            return false;
        }

        if (State == ProgressState.Replicate)
        {
            BecomeProbe();
            Next = Math.Max(Match + 1, Math.Min(refused, guess + 1));
            return true;
        }

        if (State == ProgressState.Snapshot || Next - 1 != refused)
        {
            return false;
        }

        Next = Math.Max(Match + 1, Math.Min(refused, guess + 1));
        ProbeSent = false;
        return true;
    }

    private void ClearInFlight()
    {
        _inFlight.Clear();
        InFlightBytes = 0;
    }
}
