using ActorEtcd.Log;
using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Store;

/// <summary>How far the transfer of one checkpoint is.</summary>
internal sealed class SegmentTransfer(long id, FetchCheckpoint request, IActorRef asker)
{
    public long Id { get; } = id;

    public FetchCheckpoint Request { get; } = request;

    public IActorRef Asker { get; } = asker;

    /// <summary>Segments that are still to come, named as the source does.</summary>
    public Queue<SegmentInfo> Lacking { get; } = new();

    /// <summary>Segments that this member has, by the names that the source gives them.</summary>
    public Dictionary<long, SegmentInfo> Own { get; } = [];

    public bool IsPinned { get; set; }

    /// <summary>Requests in a row that nobody answered.</summary>
    public int Attempts { get; set; }

    public void FindLacking(ISegmentStorage storage)
    {
        foreach (var info in Request.Manifest.Store.AllSegments)
        {
            if (storage.TryFindSame(info, out var own))
            {
                Own[info.Id] = own;
            }
            else
            {
                Lacking.Enqueue(info);
            }
        }
    }

    /// <summary>The checkpoint with the segments named as this member names them.</summary>
    public CheckpointManifest OwnManifest()
    {
        var store = Request.Manifest.Store;
        return Request.Manifest with
        {
            Store = store with
            {
                Segments = [.. store.Segments.Select(info => Own[info.Id])],
                StateSegments = [.. store.StateSegments.Select(info => Own[info.Id])],
            },
        };
    }
}
