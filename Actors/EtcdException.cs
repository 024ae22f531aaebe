namespace ActorEtcd;

/// <summary>A request that etcd's rules refuse. Thrown at the edges and by pure code; never lets an actor fail.</summary>
public sealed class EtcdException(EtcdError error) : Exception($"etcd error: {error}")
{
    public EtcdError Error { get; } = error;
}
