using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The proxies of one cluster know each other by keys below a common prefix, in the form of etcd's naming package; this one
/// writes its own, with a lease that it keeps alive, and reads the others'.
/// </summary>
internal sealed class ProxyRegistration : IAsyncDisposable
{
    private const string Caller = "grpc-proxy";

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GrpcProxyOptions _options;
    private readonly Upstream _upstream;
    private readonly KeyNamespace _space;
    private readonly LogWriter _log;
    private readonly UpstreamLease _lease;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _registering;
    private readonly Task _watching;
    private ImmutableSortedDictionary<string, (string Name, string Address)> _known =
        ImmutableSortedDictionary.Create<string, (string, string)>(StringComparer.Ordinal);

    public ProxyRegistration(GrpcProxyOptions options, Upstream upstream, KeyNamespace space, LogWriter log)
    {
        _options = options;
        _upstream = upstream;
        _space = space;
        _log = log;
        _lease = new UpstreamLease(upstream);
        _registering = AgainAndAgainAsync("register", RegisterAsync);
        _watching = AgainAndAgainAsync("watch", WatchAsync);
    }

    /// <summary>Name and address of every proxy below the prefix, as far as is known.</summary>
    public IReadOnlyList<(string Name, string Address)> Known => [.. _known.Values];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_registering, _watching);
        _stop.Dispose();
    }

    private async Task AgainAndAgainAsync(string what, Func<Task> run)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await run();
            }
            catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException or JsonException)
            {
                _log.Write(LogSeverity.Warn, Caller, $"failed to {what} proxies; trying again", ("prefix", _options.ResolverPrefix), ("error", failure.Message));
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(RetryPause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes the key and keeps its lease alive; returns when the lease is gone.</summary>
    private async Task RegisterAsync()
    {
        var asked = Environment.TickCount64;
        var granted = await _lease.GrantAsync(_options.ResolverTtlSeconds, _stop.Token);
        var update = new Update(0, _options.AdvertiseClientUrl, JsonSerializer.Serialize(new Meta(Environment.MachineName), Json));
        await CallAsync(EtcdMethods.Put, new PutRequest
        {
            Key = _space.In(ByteString.CopyFromUtf8($"{_options.ResolverPrefix}/{_options.AdvertiseClientUrl}")),
            Value = ByteString.CopyFromUtf8(JsonSerializer.Serialize(update, Json)),
            Lease = granted.ID,
        });
        _log.Write(
            LogSeverity.Info, Caller, "registered session with lease", ("addr", _options.AdvertiseClientUrl), ("lease-ttl", _options.ResolverTtlSeconds));
        try
        {
            await _lease.KeepAliveAsync(granted.ID, granted.TTL, asked, static (_, _) => { }, _stop.Token);
            _log.Write(LogSeverity.Warn, Caller, "session expired; possible network partition or server restart");
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await _lease.RevokeAsync(granted.ID);
            throw;
        }
    }

    private async Task WatchAsync()
    {
        var prefix = _space.In(ByteString.CopyFromUtf8(_options.ResolverPrefix));
        var end = KeyRange.PrefixEnd(prefix);
        var list = await CallAsync(EtcdMethods.Range, new RangeRequest { Key = prefix, RangeEnd = end });
        var known = _known.Clear();
        foreach (var pair in list.Kvs)
        {
            known = Take(known, pair, isDelete: false);
        }

        _known = known;
        var channel = await _upstream.PickAsync(CallContext.Own(AnswerWithin, _stop.Token));
        await using var call = channel.Duplex(EtcdMethods.Watch, cancellationToken: _stop.Token);
        await call.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = prefix, RangeEnd = end, StartRevision = list.Header.Revision + 1 },
        });
        while (await call.ReadAsync(_stop.Token) is { Canceled: false } response)
        {
            foreach (var happened in response.Events)
            {
                _known = Take(_known, happened.Kv, happened.Type == Event.Types.EventType.Delete);
            }
        }
    }

    // What is not of this form was written by somebody else.
    private static ImmutableSortedDictionary<string, (string Name, string Address)> Take(
        ImmutableSortedDictionary<string, (string Name, string Address)> known, KeyValue pair, bool isDelete)
    {
        var key = pair.Key.ToStringUtf8();
        if (isDelete)
        {
            return known.Remove(key);
        }

        try
        {
            var update = JsonSerializer.Deserialize<Update>(pair.Value.Span);
            var name = update?.Metadata is { Length: > 0 } meta ? JsonSerializer.Deserialize<Meta>(meta)?.name : null;
            return update?.Addr is { } address ? known.SetItem(key, (name ?? string.Empty, address)) : known;
        }
        catch (JsonException)
        {
            return known;
        }
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        var context = CallContext.Own(AnswerWithin, _stop.Token);
        var channel = await _upstream.PickAsync(context);
        return await channel.UnaryAsync(method, request, context.Remaining, context.Cancellation);
    }

    private sealed record Update(int Op, string? Addr, string? Metadata);

#pragma warning disable IDE1006, SA1300 // The name is the one that stands in the JSON.
    private sealed record Meta(string? name);
#pragma warning restore IDE1006, SA1300
}
