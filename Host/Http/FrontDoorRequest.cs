using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.Http.Features;

namespace ActorEtcd.Host.Http;

/// <summary>
/// The state of one HTTP stream. Kestrel reuses the stream's feature object for later requests, and this with it.
/// </summary>
internal sealed class FrontDoorRequest(IFeatureCollection features)
{
    private GrpcCall? _grpc;

    public IFeatureCollection Features { get; } = features;

    public IHttpRequestFeature Request { get; } = features.GetRequiredFeature<IHttpRequestFeature>();

    /// <summary>The pings of the stream's connection; null over HTTP/1.1.</summary>
    public ClientPings? Pings { get; } = features.Get<ClientPings>();

    public GrpcCall Grpc => _grpc ??= new GrpcCall(Features);
}
