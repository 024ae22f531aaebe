namespace ActorEtcd.Client;

/// <summary>Whether a lease is held, as its actor last knew; read by any thread.</summary>
internal sealed class EtcdLeaseState
{
    private volatile bool _isHeld;

    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }
}
