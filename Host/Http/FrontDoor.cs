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

    private FrontDoor(ServiceProvider services, IReadOnlyList<ClearTextPort> ports, IReadOnlyList<EndPoint> endPoints)
    {
        _services = services;
        _ports = ports;
        EndPoints = endPoints;
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
        var application = new FrontDoorApplication(methods, options.Grpc, options.Access, router, logger);
        ServiceProvider services = KestrelServices.Create(options, new FrontDoorTransport(), loggers);
        var ports = new List<ClearTextPort>();
        try
        {
            IConnectionListenerFactory sockets =
                services.GetServices<IConnectionListenerFactory>().First(factory => factory is SocketTransportFactory);
            KestrelServerOptions settings = services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;
            var bound = new List<Func<EndPoint>>();
            foreach (ListenEndPoint endPoint in options.EndPoints)
            {
                if (endPoint.Tls is { } tls)
                {
                    ListenOptions listen = KestrelSettings.ListenTls(settings, options, endPoint.Address, tls);
                    bound.Add(() => listen.EndPoint);
                    continue;
                }

                ClearTextPort port = await ClearTextPort.BindAsync(sockets, endPoint.Address, options.SniffTimeout, logger);
                ports.Add(port);
                KestrelSettings.ListenClearText(settings, options, port);
                bound.Add(() => port.EndPoint);
            }

            await services.GetRequiredService<IServer>().StartAsync(application, cancellationToken);
            return new FrontDoor(services, ports, [.. bound.Select(static endPoint => endPoint())]);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            // The clear-text ports are bound before: it is one with TLS.
            await DisposeAsync(services, ports);
            throw new ListenException(options.EndPoints.First(static endPoint => endPoint.Tls is not null).Address, error.InnerException);
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
