namespace ActorEtcd.Persistence.DataDir;

/// <summary>The data directory belongs to another cluster, another member, another version or another program.</summary>
public sealed class DataDirForeignException(string directory, string reason)
    : DataDirException(directory, $"data directory {directory} cannot be used: {reason}");
