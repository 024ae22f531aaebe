using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>A request that makes no sense as it is.</summary>
internal sealed class V2RequestException(V2ErrorCode code, string cause) : Exception(cause)
{
    public V2Error Error { get; } = new(code, cause, 0);
}
