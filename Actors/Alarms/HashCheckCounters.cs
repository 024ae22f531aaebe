namespace ActorEtcd.Alarms;

/// <summary>What was compared and verified since the start; each counter has one writer, any thread reads.</summary>
public sealed class HashCheckCounters
{
    private long _comparisons;
    private long _differences;
    private long _verifiedBytes;
    private long _mended;

    /// <summary>Answers of other members that were compared with what this one holds.</summary>
    public long Comparisons => Volatile.Read(ref _comparisons);

    /// <summary>Those that differed.</summary>
    public long Differences => Volatile.Read(ref _differences);

    /// <summary>Bytes of sealed segments that were read back and had their checksum.</summary>
    public long VerifiedBytes => Volatile.Read(ref _verifiedBytes);

    /// <summary>Damaged segments that were mended with records of other members.</summary>
    public long Mended => Volatile.Read(ref _mended);

    internal void CountMended() => Volatile.Write(ref _mended, _mended + 1);

    internal void CountComparison(bool isDifferent)
    {
        Volatile.Write(ref _comparisons, _comparisons + 1);
        Volatile.Write(ref _differences, _differences + (isDifferent ? 1 : 0));
    }

    internal void CountVerified(long bytes) => Volatile.Write(ref _verifiedBytes, _verifiedBytes + bytes);
}
