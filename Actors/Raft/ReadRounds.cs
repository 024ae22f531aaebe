namespace ActorEtcd.Raft;

/// <summary>
/// Linearizable reads at the leader. A round is a number that every heartbeat carries; when a majority has
/// answered a round, the leader still led after the round began, so every read that joined it may use the
/// commit index of its beginning. Reads that come while a round is out wait for the next one together.
/// </summary>
public sealed class ReadRounds
{
    private readonly Queue<(long Round, long Index, List<PendingRead> Reads)> _out = new();

    /// <summary>The newest round begun in this term.</summary>
    public long Current { get; private set; }

    /// <summary>Reads in no round yet.</summary>
    public List<PendingRead> Waiting { get; private set; } = [];

    public bool IsRoundOut => _out.Count > 0;

    public int Count => Waiting.Count + _out.Sum(round => round.Reads.Count);

    /// <summary>All waiting reads join a new round whose heartbeats go out now.</summary>
    public void Begin(long commitIndex)
    {
        Current++;
        _out.Enqueue((Current, commitIndex, Waiting));
        Waiting = [];
    }

    /// <summary>Removes and returns the rounds that a majority has answered.</summary>
    public IEnumerable<(long Index, List<PendingRead> Reads)> Complete(long answeredRound)
    {
        while (_out.TryPeek(out var oldest) && oldest.Round <= answeredRound)
        {
            _out.Dequeue();
            yield return (oldest.Index, oldest.Reads);
        }
    }

    /// <summary>Removes and returns every read, because the leadership has ended.</summary>
    public IEnumerable<PendingRead> Abandon()
    {
        while (_out.TryDequeue(out var round))
        {
            foreach (var read in round.Reads)
            {
                yield return read;
            }
        }

        foreach (var read in Waiting)
        {
            yield return read;
        }

        Waiting = [];
    }
}
