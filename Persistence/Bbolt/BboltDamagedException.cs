namespace ActorEtcd.Persistence.Bbolt;

/// <summary>A file is no bbolt database, or not a whole one.</summary>
public sealed class BboltDamagedException(string file, long offset, string reason)
    : Exception($"{file} is damaged at offset {offset}: {reason}")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
