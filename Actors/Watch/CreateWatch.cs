namespace ActorEtcd.Watch;

/// <summary>Edge to stream: starts a watcher (etcd: <c>WatchCreateRequest</c>).</summary>
public sealed record CreateWatch(WatchRange Range)
{
    /// <summary>The first revision wanted; 0 for what comes next.</summary>
    public long StartRevision { get; init; }

    /// <summary>The id that the client chose; 0 lets the stream choose.</summary>
    public long WatchId { get; init; }

    public bool PrevKv { get; init; }

    public bool ProgressNotify { get; init; }

    /// <summary>Whether a response larger than a request may be is cut into fragments.</summary>
    public bool Fragment { get; init; }

    public bool NoPut { get; init; }

    public bool NoDelete { get; init; }
}
