namespace Akka.Persistence;

/// <summary>A snapshot could not be read.</summary>
public sealed class LoadSnapshotFailed : ISnapshotResponse
{
    public LoadSnapshotFailed(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    public override string ToString() => $"LoadSnapshotFailed<cause: {Cause}>";
}
