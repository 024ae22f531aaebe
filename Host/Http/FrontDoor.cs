using System.Net;
using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorEtcd.Host.Http;

/// <summary>
/// The client side of a server: gRPC and plain HTTP on the same ports. Kestrel without the ASP.NET pipeline.
/// </summary>
public sealed class FrontDoor : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly IReadOnlyList<ClearTextPort> _ports;

    private FrontDoor(KestrelServer kestrel, IReadOnlyList<ClearTextPort> ports)
    {
        _kestrel = kestrel;
        _ports = ports;
        EndPoints = [.. ports.Select(port => port.EndPoint)];
    }

    /// <summary>The addresses that are listened on, in the order asked for, with the ports that were really bound.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; }

    /// <summary>Listens; requests are served when the task is done.</summary>
    /// <exception cref="ListenException">An address cannot be listened on. Nothing stays bound.</exception>
    public static async Task<FrontDoor> StartAsync(
        FrontDoorOptions options,
        GrpcMethodTable methods,
        HttpRouter router,
        ILoggerFactory loggers,
        CancellationToken cancellationToken = default)
    {
        methods.Freeze();
        ILogger logger = loggers.CreateLogger("ActorEtcd.FrontDoor");
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions { Backlog = 4096 }), loggers);
        var ports = new List<ClearTextPort>();
        KestrelServer? kestrel = null;
        try
        {
            KestrelServerOptions settings = KestrelSettings.Create(options, loggers);
            foreach (ListenEndPoint endPoint in options.EndPoints)
            {
                ClearTextPort port = await ClearTextPort.BindAsync(sockets, endPoint.Address, options.SniffTimeout, logger);
                ports.Add(port);
                KestrelSettings.ListenClearText(settings, port);
            }

            kestrel = new KestrelServer(Options.Create(settings), new FrontDoorTransport(), loggers);
            var application = new FrontDoorApplication(methods, options.Grpc, router, logger);
            await kestrel.StartAsync(application, cancellationToken);
            return new FrontDoor(kestrel, ports);
        }
        catch
        {
            kestrel?.Dispose();
            await DisposeAsync(ports);
            throw;
        }
    }

    /// <summary>
    /// Stops accepting, tells clients to go elsewhere, and waits for calls to end; those that have not ended after the
    /// grace are aborted.
    /// </summary>
    public async Task StopAsync(TimeSpan grace)
    {
        using var limit = new CancellationTokenSource(grace);
        await _kestrel.StopAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _kestrel.Dispose();
        await DisposeAsync(_ports);
    }

    private static async Task DisposeAsync(IEnumerable<ClearTextPort> ports)
    {
        foreach (ClearTextPort port in ports)
        {
            await port.DisposeAsync();
        }
    }
}
