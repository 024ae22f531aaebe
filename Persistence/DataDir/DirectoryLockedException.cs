namespace ActorEtcd.Persistence.DataDir;

/// <summary>Somebody else, in this process or another, owns the directory.</summary>
public sealed class DirectoryLockedException(string directory, Exception cause) : DataDirException(
    directory,
    $"{directory} is in use by another process, whose id is in {Path.Combine(directory, DirectoryLock.FileName)}",
    cause);
