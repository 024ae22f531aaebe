using ActorEtcd.Host.Config;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Metrics;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Every port but the members': gRPC and HTTP together or apart (<c>--listen-client-http-urls</c>), and one for metrics and
/// health alone (<c>--listen-metrics-urls</c>).
/// </summary>
internal sealed class ServerDoors : IAsyncDisposable
{
    private readonly List<FrontDoor> _doors = [];

    private ServerDoors()
    {
    }

    /// <exception cref="ListenException">An address cannot be listened on. Nothing stays bound.</exception>
    /// <exception cref="ConfigException">A file of TLS is missing or no good.</exception>
    public static async Task<ServerDoors> StartAsync(
        ServerOptions options,
        GrpcOptions grpc,
        GrpcMethodTable methods,
        HttpRouter router,
        Action<HttpRouter> mapProbes,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("server");
        var doors = new ServerDoors();
        try
        {
            var isSplit = options.ListenHttpUrls.Count > 0;
            await doors.OpenAsync(options, options.ListenClientUrls, grpc, methods, isSplit ? new HttpRouter() : router, loggers, logger);
            if (isSplit)
            {
                await doors.OpenAsync(options, options.ListenHttpUrls, grpc, NoMethods(), router, loggers, logger);
            }

            if (options.ListenMetricsUrls.Count > 0)
            {
                var probes = new HttpRouter();
                mapProbes(probes);
                await doors.OpenAsync(options, options.ListenMetricsUrls, grpc, NoMethods(), probes, loggers, logger);
            }

            return doors;
        }
        catch
        {
            await doors.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync(TimeSpan grace) => Task.WhenAll(_doors.Select(door => door.StopAsync(grace)));

    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors)
        {
            await door.DisposeAsync();
        }
    }

    private static GrpcMethodTable NoMethods() => new(new MetricRegistry());

    private async Task OpenAsync(
        ServerOptions options,
        IReadOnlyList<EtcdUrl> urls,
        GrpcOptions grpc,
        GrpcMethodTable methods,
        HttpRouter router,
        ILoggerFactory loggers,
        ILogger logger)
        => _doors.Add(await FrontDoor.StartAsync(
            new FrontDoorOptions
            {
                EndPoints = ClientPorts.Of(options, urls, logger),
                Grpc = grpc,
                Access = options.HttpAccess,
                ReusePort = options.ReusePort,
                MaxConcurrentStreams = options.ConcurrentStreamsMax,
                KeepAliveMinTime = options.KeepAliveMinTime,
                KeepAliveInterval = options.KeepAliveInterval,
                KeepAliveTimeout = options.KeepAliveTimeout,
            },
            methods,
            router,
            loggers));
}
