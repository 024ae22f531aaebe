namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// The log on disk is not what was written, in a place that a crash cannot explain. Entries that were acknowledged may
/// be lost, so the member must not start, let alone vote, with what is left.
/// </summary>
public sealed class WalCorruptedException(string file, long offset, string reason)
    : DamagedDataException($"write-ahead log {file} is damaged at offset {offset}: {reason}")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
