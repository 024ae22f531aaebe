using System.Collections.Immutable;

namespace ActorEtcd.Watch;

/// <summary>One response on a watch stream (etcd: <c>WatchResponse</c>).</summary>
public sealed record WatchUpdate(long WatchId, long HeaderRevision)
{
    /// <summary>The id of responses that belong to no single watcher: refused creations and stream-wide progress.</summary>
    public const long NoWatchId = -1;

    public bool Created { get; init; }

    public bool Canceled { get; init; }

    public string CancelReason { get; init; } = string.Empty;

    /// <summary>When not 0, the watcher asked for history before this revision, which is compacted.</summary>
    public long CompactRevision { get; init; }

    /// <summary>More of the same revision follows in the next response.</summary>
    public bool Fragment { get; init; }

    /// <summary>Whether the client wants the records before the changes.</summary>
    public bool WithPrevKv { get; init; }

    public ImmutableArray<WatchEvent> Events { get; init; } = [];

    /// <summary>Bytes that the response takes, near enough for budgets.</summary>
    public long Size
    {
        get
        {
            long size = 32;
            foreach (var watchEvent in Events)
            {
                size += SizeOf(watchEvent);
            }

            return size;
        }
    }

    /// <summary>Bytes that one event takes in this response, near enough for budgets.</summary>
    public int SizeOf(WatchEvent watchEvent) => watchEvent.Kv.Length + 8 + (WithPrevKv ? watchEvent.PrevKv.Length + 4 : 0);
}
