namespace ActorEtcd.Log;

/// <summary>
/// How many bytes may be on their way to the disk at once. A flush takes what has gathered during the one before, and one of
/// too many bytes would look like a disk that has stalled: nothing becomes durable while it lasts. So the bound follows the
/// disk: it is halved when a flush of about so many bytes took too long, and doubled when more waits and flushes are quick.
/// A single write that is larger goes alone. Single owner: the log actor.
/// </summary>
/// <param name="flushWithin">What a flush may take; well below an election timeout.</param>
public sealed class WritePace(TimeSpan flushWithin)
{
    /// <summary>Below this a flush takes no shorter, while fewer bytes share it.</summary>
    public const long BytesMin = 2L << 20;

    public const long BytesMax = 32L << 20;

    private const long BytesAtStart = 8L << 20;

    /// <summary>Writes of one flush are told of together; what comes so much later is of another one.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(1);

    private long _underWay;
    private long _flushed;
    private TimeSpan _took;
    private TimeSpan _movedAt;
    private bool _isMoreWaiting;

    /// <summary>The bound of now.</summary>
    public long Bytes { get; private set; } = BytesAtStart;

    /// <summary>Whether a write of that size may begin now.</summary>
    public bool Admits(long bytes) => _underWay == 0 || _underWay + bytes <= Bytes;

    public void Begin(long bytes) => _underWay += bytes;

    /// <summary>A write is durable.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="begunAt">When it began.</param>
    /// <param name="now">The time.</param>
    /// <param name="isMoreWaiting">Whether others wait for the bound.</param>
    public void End(long bytes, TimeSpan begunAt, TimeSpan now, bool isMoreWaiting)
    {
        _underWay -= bytes;
        Invariant.Check(_underWay >= 0, $"{-_underWay} bytes more are durable than were written");
        var took = now - (begunAt > _movedAt ? begunAt : _movedAt);
        _movedAt = now;
        if (took >= Together)
        {
            Judge();
            _took = took;
            _flushed = 0;
            _isMoreWaiting = false;
        }

        _flushed += bytes;
        _isMoreWaiting |= isMoreWaiting;
    }

    // The flush before this one, of which all is known now. Little says nothing: it may have taken long for other reasons.
    private void Judge()
    {
        if (_flushed < Bytes / 2)
        {
            return;
        }

        if (_took > flushWithin)
        {
            Bytes = Math.Max(Bytes / 2, BytesMin);
        }
        else if (_isMoreWaiting && _took < flushWithin / 2)
        {
            Bytes = Math.Min(Bytes * 2, BytesMax);
        }
    }
}
