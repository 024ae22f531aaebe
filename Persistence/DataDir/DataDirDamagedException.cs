namespace ActorEtcd.Persistence.DataDir;

/// <summary>The data directory lacks a part that it must have, or the part is unreadable.</summary>
public sealed class DataDirDamagedException(string directory, string reason, Exception? cause = null)
    : DataDirException(directory, $"data directory {directory} is damaged: {reason}", cause);
