using System.Buffers;
using ActorEtcd.Host.Metrics;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http;

/// <summary>The plain HTTP paths of every etcd server.</summary>
public static class StandardEndpoints
{
    public static HttpRouter MapStandard(this HttpRouter router, IServerInfo info, MetricRegistry registry)
    {
        router.MapGet("/version", call => VersionEndpoint.ServeAsync(call, info));
        return router.MapProbes(info, registry);
    }

    /// <summary>What machines ask: metrics and health.</summary>
    public static HttpRouter MapProbes(this HttpRouter router, IServerInfo info, MetricRegistry registry)
    {
        router.MapGet("/health", new HealthEndpoint(info, registry).ServeAsync);
        router.Map("/metrics", call => ServeMetrics(call, registry));
        ProbeEndpoint.Live(info, registry).Map(router);
        ProbeEndpoint.Ready(info, registry).Map(router);
        return router;
    }

    internal static ValueTask ServeMetrics(HttpCall call, MetricRegistry registry)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        registry.WriteTo(buffer);
        return call.RespondAsync(StatusCodes.Status200OK, MetricRegistry.ContentType, buffer.WrittenMemory);
    }
}
