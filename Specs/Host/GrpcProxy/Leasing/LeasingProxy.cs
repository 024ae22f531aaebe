using System.Net;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.GrpcProxy;
using ActorEtcd.Host.Logging;
using ActorEtcd.Specs.Akka.Remote;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Host.GrpcProxy.Leasing;

/// <summary>A proxy in this process that owns keys, with a link to the cluster that can be cut or held up.</summary>
internal sealed class LeasingProxy : IAsyncDisposable
{
    public const string Prefix = "leasing/";

    private readonly GrpcProxyServer _server;
    private readonly LogWriter _log;
    private readonly int _port;

    private LeasingProxy(GrpcProxyServer server, LogWriter log, TcpProxy link, int port)
    {
        (_server, _log, Link, _port) = (server, log, link, port);
    }

    public TcpProxy Link { get; }

    public static async Task<LeasingProxy> StartAsync(int clusterPort, TimeSpan? timeToLive = null, string keyNamespace = "")
    {
        var link = new TcpProxy(clusterPort);
        int port = FreePorts.Next();
        var log = new LogWriter(Stream.Null, LogSeverity.Info, json: true, TimeProvider.System);
        GrpcProxyServer server = await GrpcProxyServer.StartAsync(
            new GrpcProxyOptions
            {
                Endpoints = [CtlEndpoint.Parse($"127.0.0.1:{link.Port}")],
                Listen = new IPEndPoint(IPAddress.Loopback, port),
                AdvertiseClientUrl = $"127.0.0.1:{port}",
                Namespace = keyNamespace,
                LeasingPrefix = Prefix,
                LeasingTimeToLive = timeToLive ?? TimeSpan.FromSeconds(60),
            },
            log);
        return new LeasingProxy(server, log, link, port);
    }

    public Task<GrpcChannel> ConnectAsync() => GrpcChannel.ConnectAsync("127.0.0.1", _port);

    public async ValueTask DisposeAsync()
    {
        Link.Heal();
        await _server.DisposeAsync();
        Link.Dispose();
        _log.Dispose();
    }
}
