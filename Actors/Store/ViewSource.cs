namespace ActorEtcd.Store;

/// <summary>
/// Where any thread finds the newest published view of the store, without a lock. Written by the apply actor alone;
/// it outlives the store, which a snapshot from the leader may replace.
/// </summary>
public sealed class ViewSource(StoreView initial)
{
    private volatile StoreView _current = initial;

    public StoreView Current
    {
        get => _current;
        set => _current = value;
    }
}
