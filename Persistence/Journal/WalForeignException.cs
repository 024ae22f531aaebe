namespace ActorEtcd.Persistence.Journal;

/// <summary>The log on disk belongs to another member or cluster, or to another program or version.</summary>
public sealed class WalForeignException(string file, string reason)
    : Exception($"write-ahead log {file} cannot be used: {reason}")
{
    public string File { get; } = file;

    public string Reason { get; } = reason;
}
