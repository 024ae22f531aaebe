using System.Net;
using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorEtcd.Host.Http;

/// <summary>
/// The client side of a server: gRPC and plain HTTP on the same ports. Kestrel without the ASP.NET pipeline.
/// </summary>
public sealed class FrontDoor : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IReadOnlyList<ClearTextPort> _ports;

    private FrontDoor(ServiceProvider services, IReadOnlyList<ClearTextPort> ports)
    {
        _services = services;
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
        var application = new FrontDoorApplication(methods, options.Grpc, router, logger);
        ServiceProvider services = KestrelServices.Create(options, new FrontDoorTransport(), loggers);
        var ports = new List<ClearTextPort>();
        try
        {
            IConnectionListenerFactory sockets =
                services.GetServices<IConnectionListenerFactory>().First(factory => factory is SocketTransportFactory);
            KestrelServerOptions settings = services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;
            foreach (ListenEndPoint endPoint in options.EndPoints)
            {
                ClearTextPort port = await ClearTextPort.BindAsync(sockets, endPoint.Address, options.SniffTimeout, logger);
                ports.Add(port);
                KestrelSettings.ListenClearText(settings, options, port);
            }

            await services.GetRequiredService<IServer>().StartAsync(application, cancellationToken);
            return new FrontDoor(services, ports);
        }
        catch
        {
            await DisposeAsync(services, ports);
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
        await _services.GetRequiredService<IServer>().StopAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => DisposeAsync(_services, _ports);

    private static async ValueTask DisposeAsync(ServiceProvider services, IEnumerable<ClearTextPort> ports)
    {
        await services.DisposeAsync();
        foreach (ClearTextPort port in ports)
        {
            await port.DisposeAsync();
        }
    }
}
