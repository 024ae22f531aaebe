namespace ActorEtcd.Persistence.Journal;

/// <summary>What a crash left half-written at the end of the log and opening it removed.</summary>
public sealed record WalTornTail(string File, long Offset, long Bytes, string Reason)
{
    public override string ToString() =>
        $"removed {Bytes} bytes that a crash left half-written at offset {Offset} of {File}: {Reason}";
}
