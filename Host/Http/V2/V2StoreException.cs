using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>The store refused what users and roles needed of it.</summary>
internal sealed class V2StoreException(V2Error error) : Exception(error.Message)
{
    public V2Error Error { get; } = error;
}
