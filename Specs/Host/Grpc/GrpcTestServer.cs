using System.Net;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>A front door on a free loopback port, with the methods that a spec adds.</summary>
public sealed class GrpcTestServer : IAsyncDisposable
{
    private readonly FrontDoor _door;

    private GrpcTestServer(FrontDoor door, MetricRegistry registry)
    {
        _door = door;
        Registry = registry;
        EndPoint = (IPEndPoint)door.EndPoints[0];
    }

    public IPEndPoint EndPoint { get; }

    public MetricRegistry Registry { get; }

    public static async Task<GrpcTestServer> StartAsync(
        Action<GrpcMethodTable> methods,
        Func<FrontDoorOptions, FrontDoorOptions>? configure = null,
        Action<HttpRouter>? routes = null)
    {
        var registry = new MetricRegistry();
        var table = new GrpcMethodTable(registry);
        methods(table);
        var router = new HttpRouter();
        routes?.Invoke(router);
        var options = new FrontDoorOptions { EndPoints = [new ListenEndPoint(new IPEndPoint(IPAddress.Loopback, 0))] };
        options = configure?.Invoke(options) ?? options;
        return new GrpcTestServer(
            await FrontDoor.StartAsync(options, table, router, NullLoggerFactory.Instance), registry);
    }

    public Task StopAsync(TimeSpan grace) => _door.StopAsync(grace);

    public async ValueTask DisposeAsync()
    {
        await _door.StopAsync(TimeSpan.Zero);
        await _door.DisposeAsync();
    }
}
