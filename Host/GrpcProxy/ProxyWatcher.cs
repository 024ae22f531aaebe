using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// One watch of a client. Its position belongs to the actor of its range, which alone changes it.
/// Invariant: every event below <see cref="Next"/> that the client is to see is in the outbox, and none from there on is.
/// </summary>
internal sealed class ProxyWatcher(long id, KeyInterval keys, WatchCreateRequest request, CallContext context, WatchOutbox outbox)
{
    private readonly bool _noPut = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Noput);
    private readonly bool _noDelete = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Nodelete);

    public long Id => id;

    /// <summary>As the cluster knows them.</summary>
    public KeyInterval Keys => keys;

    public bool WantsPrevKv => request.PrevKv;

    public bool WantsProgress => request.ProgressNotify;

    public bool TakesFragments => request.Fragment;

    /// <summary>Whose call it is, for the upstream watch that is opened on its behalf.</summary>
    public CallContext Context => context;

    public WatchOutbox Outbox => outbox;

    /// <summary>The first revision of which nothing was sent yet.</summary>
    public required long Next { get; set; }

    /// <summary>Whether it has ended, by the client or by the cluster.</summary>
    public bool IsOver { get; set; }

    public bool Wants(Event happened) => happened.Kv.ModRevision >= Next
        && !(happened.Type == Event.Types.EventType.Put ? _noPut : _noDelete);
}
