namespace ActorEtcd.Persistence.DataDir;

/// <summary>Somebody else, in this process or another, owns the directory.</summary>
public sealed class DirectoryLockedException(string directory, string owner, Exception cause)
    : DataDirException(directory, $"{directory} is in use by {owner}", cause);
