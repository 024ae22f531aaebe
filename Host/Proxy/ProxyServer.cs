using System.Net.Sockets;
using System.Text.Json;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Server;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Proxy;

/// <summary>
/// A process that is no member but passes requests of the v2 API to members (etcd 3.4: <c>startProxy</c>). What it knows of
/// the cluster is in <c>proxy/cluster</c> of its data directory, and renewed from the members' own list.
/// </summary>
public sealed class ProxyServer : IAsyncDisposable
{
    private const string Caller = "proxy";

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly ServerOptions _options;
    private readonly ProxyOptions _proxy;
    private readonly LogWriter _log;
    private readonly ProxyEndpoints _endpoints;
    private readonly ProxyFile _file;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stopping = new();
    private FrontDoor? _frontDoor;
    private HttpProxy? _handler;
    private Task _refreshing = Task.CompletedTask;

    private ProxyServer(ServerOptions options, LogWriter log)
    {
        _options = options;
        _proxy = options.Proxy;
        _log = log;
        _endpoints = new ProxyEndpoints(_proxy.FailureWait, TimeProvider.System, Random.Shared);
        _file = new ProxyFile(options.DataDirectory);
        _http = new HttpClient(NewHandler()) { Timeout = AnswerWithin };
    }

    /// <summary>
    /// Whether this process is a proxy: what the data directory holds decides, and flags only while it holds nothing (etcd:
    /// <c>identifyDataDirOrDie</c>).
    /// </summary>
    /// <exception cref="ConfigException">The directory is that of a member and of a proxy.</exception>
    public static bool IsMeant(ServerOptions options, LogWriter log)
    {
        var isMember = Directory.Exists(Path.Combine(options.DataDirectory, "member"));
        var isProxy = new ProxyFile(options.DataDirectory).HasDirectory;
        if (isMember && isProxy)
        {
            throw new ConfigException($"invalid datadir {options.DataDirectory}. Both member and proxy directories exist.");
        }

        if (isProxy || (isMember && options.Proxy.IsOn))
        {
            var kind = isMember ? "member" : "proxy";
            log.Write(LogSeverity.Info, Caller, "server has been already initialized", ("data-dir", options.DataDirectory), ("dir-type", kind));
        }

        return isProxy || (!isMember && options.Proxy.IsOn);
    }

    /// <summary>Starts a proxy; the cluster need not be there yet.</summary>
    /// <param name="members">The initial members when they are known; null to find them as the options say.</param>
    public static async Task<ProxyServer> StartAsync(
        ServerOptions options, IReadOnlyList<InitialMember>? members, LogWriter log, CancellationToken cancellation)
    {
        var server = new ProxyServer(options, log);
        try
        {
            await server.StartAsync(members, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        ServiceManager.Stopping();
        await _stopping.CancelAsync();
        await _refreshing;
        if (_frontDoor is not null)
        {
            await _frontDoor.StopAsync(StopGrace);
            await _frontDoor.DisposeAsync();
        }

        _handler?.Dispose();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task StartAsync(IReadOnlyList<InitialMember>? members, CancellationToken cancellation)
    {
        var loggers = new HostLoggerFactory(_log);
        if (!_file.Exists)
        {
            members ??= await InitialMembers.LookAsync(_options, _log, cancellation);
            _file.Write(members.SelectMany(static member => member.PeerUrls).Select(static url => url.ToString()), clientUrls: []);
        }

        var peerUrls = _file.Read().PeerUrls;
        _log.Write(LogSeverity.Info, Caller, "proxy using peer URLS", ("peer-urls", peerUrls));
        var registry = new MetricRegistry();
        ProcessMetrics.Register(registry);
        _handler = new HttpProxy(_proxy, _endpoints, NewHandler(), _log);
        _frontDoor = await FrontDoor.StartAsync(
            new FrontDoorOptions
            {
                EndPoints = ClientPorts.Of(_options, _options.ListenClientUrls, loggers.CreateLogger(Caller)),
                Access = _options.HttpAccess,
                ReusePort = _options.ReusePort,
            },
            new GrpcMethodTable(registry),
            _handler.Map(new HttpRouter().MapGet("/metrics", call => StandardEndpoints.ServeMetrics(call, registry))),
            loggers,
            cancellation);
        _refreshing = RefreshAsync();
        _log.Write(LogSeverity.Info, Caller, "ready to proxy client requests");
        ServiceManager.Ready();
    }

    private SocketsHttpHandler NewHandler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (MemberTls.Of(_options) is { } tls)
        {
            handler.SslOptions = tls;
        }

        if (_proxy.DialTimeout > TimeSpan.Zero)
        {
            handler.ConnectTimeout = _proxy.DialTimeout;
        }

        handler.ConnectCallback = DialAsync;
        return handler;
    }

    private async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new TimeLimitedStream(new NetworkStream(socket, ownsSocket: true), _proxy.ReadTimeout, _proxy.WriteTimeout);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task RefreshAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RefreshOnceAsync();
                var pause = _endpoints.Available.Count == 0 && _proxy.RefreshInterval > AskAgainAfter ? AskAgainAfter : _proxy.RefreshInterval;
                await Task.Delay(pause, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RefreshOnceAsync()
    {
        var known = _file.Read();
        var (peerUrls, clientUrls) = await AskClientsAsync(known.ClientUrls) ?? await AskPeersAsync(known.PeerUrls) ?? ([], []);
        if (clientUrls.Count == 0)
        {
            _log.Write(LogSeverity.Warn, Caller, "failed to get cluster from remote peers", ("peer-urls", known.PeerUrls));
            _endpoints.Replace([]);
            return;
        }

        _file.Write(peerUrls, clientUrls);
        _endpoints.Replace(clientUrls.Where(static url => url.StartsWith("http", StringComparison.Ordinal)).Select(static url => new Uri(url)));
    }

    // The members' peer ports speak Akka alone, so the list comes through a client port once one is known.
    private async Task<(IReadOnlyList<string> Peers, IReadOnlyList<string> Clients)?> AskClientsAsync(IReadOnlyList<string> clientUrls)
    {
        foreach (var url in clientUrls.Where(static url => url.StartsWith("http", StringComparison.Ordinal)))
        {
            try
            {
                using var list = JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri(new Uri(url), "/v2/members"), _stopping.Token));
                var members = list.RootElement.GetProperty("members").EnumerateArray().ToArray();
                return (UrlsOf(members, "peerURLs"), UrlsOf(members, "clientURLs"));
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
                || (failure is OperationCanceledException && !_stopping.IsCancellationRequested))
            {
                _log.Write(LogSeverity.Debug, Caller, "no member list", ("endpoint", url), ("error", failure.Message));
            }
        }

        return null;
    }

    private static string[] UrlsOf(JsonElement[] members, string name)
        => [.. members.SelectMany(member => member.GetProperty(name).EnumerateArray()).Select(static url => url.GetString()!)];

    private async Task<(IReadOnlyList<string> Peers, IReadOnlyList<string> Clients)?> AskPeersAsync(IReadOnlyList<string> peerUrls)
    {
        await using var running = new RunningCluster(_options, _options.AdvertisePeerUrls[0]);
        var told = await running.AskAsync(peerUrls, AnswerWithin);
        return told is null
            ? null
            : ([.. told.Members.SelectMany(static member => member.PeerUrls)], [.. told.Members.SelectMany(static member => member.ClientUrls)]);
    }
}
