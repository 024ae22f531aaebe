using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// What the proxy answers over plain HTTP: <c>/health</c> and <c>/metrics</c> tell of the cluster, the same below
/// <c>/proxy</c> of the proxy itself.
/// </summary>
internal sealed class ProxyHttp
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string PermissionDenied = "etcdserver: permission denied";

    private static readonly TimeSpan HealthWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OwnHealthWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MetricsWithin = TimeSpan.FromSeconds(10);

    private readonly GrpcProxyOptions _options;
    private readonly Upstream _upstream;
    private readonly KeyNamespace _space;
    private readonly MetricRegistry _registry;
    private readonly CtlTls? _ownTls;

    /// <param name="ownTls">How the proxy reaches itself; null for in clear text.</param>
    public ProxyHttp(GrpcProxyOptions options, Upstream upstream, KeyNamespace space, MetricRegistry registry, CtlTls? ownTls)
    {
        _options = options;
        _upstream = upstream;
        _space = space;
        _registry = registry;
        _ownTls = ownTls;
    }

    public HttpRouter Map(HttpRouter router) => router
        .MapGet("/health", async call => await RespondAsync(call, await AskClusterAsync(call.Aborted)))
        .MapGet("/proxy/health", async call => await RespondAsync(call, await AskSelfAsync(call.Aborted)))
        .MapGet("/metrics", ServeClusterMetricsAsync)
        .MapGet("/proxy/metrics", call => StandardEndpoints.ServeMetrics(call, _registry));

    private static ValueTask RespondAsync(HttpCall call, string? reason) => reason is null
        ? call.RespondAsync(StatusCodes.Status200OK, PlainText, HealthEndpoint.BodyWithReason(isHealthy: true, string.Empty))
        : call.ErrorAsync(StatusCodes.Status503ServiceUnavailable, HealthEndpoint.BodyWithReason(isHealthy: false, reason));

    private async Task<string?> AskClusterAsync(CancellationToken cancellation)
    {
        var probe = new RangeRequest { Key = _space.In(ByteString.CopyFromUtf8("a")) };
        try
        {
            await _upstream.UnaryAsync(RawMethod.Range, probe.ToByteArray(), CallContext.Own(HealthWithin, cancellation), mayRepeat: true);
            return null;
        }
        catch (GrpcStatusException failure)
        {
            return failure.Status.Message == PermissionDenied ? null : "GET ERROR:" + failure.Status.Message;
        }
    }

    private async Task<string?> AskSelfAsync(CancellationToken cancellation)
    {
        if (_options.AdvertiseClientUrl.Length == 0)
        {
            return "no connection to proxy";
        }

        var endpoint = CtlEndpoint.Parse(_options.AdvertiseClientUrl);
        var options = new GrpcChannelOptions { ConnectTimeout = HealthWithin, Tls = _ownTls?.OptionsFor(endpoint.Host) };
        var key = ByteString.CopyFromUtf8("a");
        try
        {
            await using var channel = await GrpcChannel.ConnectAsync(endpoint.Address, endpoint.Authority, options, cancellation);
            try
            {
                await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = key }, HealthWithin, cancellation);
            }
            catch (GrpcCallException failure) when (failure.Detail == PermissionDenied)
            {
                // It has answered.
            }

            return await IsWatchServedAsync(channel, key, cancellation) ? null : "WATCH TIMEOUT";
        }
        catch (GrpcCallException failure)
        {
            return "GET ERROR:" + failure.Detail;
        }
    }

    private static async Task<bool> IsWatchServedAsync(GrpcChannel channel, ByteString key, CancellationToken cancellation)
    {
        try
        {
            await using var watch = channel.Duplex(EtcdMethods.Watch, OwnHealthWithin, cancellation);
            await watch.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = key } });
            await watch.ReadAsync(cancellation);
            return true;
        }
        catch (GrpcCallException)
        {
            return false;
        }
    }

    private async ValueTask ServeClusterMetricsAsync(HttpCall call)
    {
        var endpoints = _upstream.Endpoints;
        var endpoint = endpoints[Random.Shared.Next(endpoints.Count)];
        var isSecure = endpoint.IsSecure ?? _options.Tls is not null;
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (isSecure && _options.Tls is { } tls)
        {
            handler.SslOptions = tls.OptionsFor(endpoint.Host);
            handler.SslOptions.ApplicationProtocols = null;
        }

        using var http = new HttpClient(handler) { Timeout = MetricsWithin };
        try
        {
            var text = await http.GetByteArrayAsync(new Uri($"{(isSecure ? "https" : "http")}://{endpoint.Authority}/metrics"), call.Aborted);
            await call.RespondAsync(StatusCodes.Status200OK, "text/plain; version=0.0.4", text);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !call.Aborted.IsCancellationRequested)
        {
            await call.ErrorAsync(StatusCodes.Status500InternalServerError, "Internal server error");
        }
    }
}
