namespace ActorEtcd.Persistence.DataDir;

/// <summary>A directory on disk cannot be used; the message is one line for the operator.</summary>
public abstract class DataDirException(string directory, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public string Directory { get; } = directory;
}
