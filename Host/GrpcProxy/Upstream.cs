using System.Collections.Immutable;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The cluster behind the proxy: one connection to each endpoint, used in turn. What cannot be reached is left out until it
/// can; reads go on to the next endpoint when one fails, writes only while no server can have seen them.
/// </summary>
internal sealed class Upstream : IAsyncDisposable
{
    private static readonly TimeSpan ReachWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan SuspectFor = TimeSpan.FromSeconds(3);

    private readonly GrpcProxyOptions _options;
    private ImmutableArray<UpstreamEndpoint> _endpoints;
    private uint _turn;

    public Upstream(GrpcProxyOptions options)
    {
        _options = options;
        _endpoints = [.. options.Endpoints.Select(EndpointOf)];
        Wake();
    }

    public IReadOnlyList<CtlEndpoint> Endpoints => [.. _endpoints.Select(static endpoint => endpoint.Endpoint)];

    /// <summary>Uses these from now on. Calls over connections to others go on to their end.</summary>
    public void Replace(IReadOnlyList<CtlEndpoint> endpoints)
    {
        var known = _endpoints;
        _endpoints =
        [
            .. endpoints.Select(endpoint => known.FirstOrDefault(one => one.Endpoint.Text == endpoint.Text) ?? EndpointOf(endpoint)),
        ];
        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints)
        {
            await endpoint.DisposeAsync();
        }
    }

    /// <summary>A connection that takes calls: the next in turn, or the first that can be made.</summary>
    /// <exception cref="GrpcStatusException">No endpoint can be reached in the time there is.</exception>
    public ValueTask<GrpcChannel> PickAsync(CallContext context)
        => TryPick() is { Ready: { } ready } ? new ValueTask<GrpcChannel>(ready) : WaitForAnyAsync(context);

    /// <summary>One request, one answer, as they are on the wire.</summary>
    /// <param name="mayRepeat">Whether it does no harm when two servers see the request.</param>
    /// <exception cref="GrpcStatusException">What the cluster answers, or that it does not.</exception>
    public async Task<byte[]> UnaryAsync(
        GrpcMethod<ReadOnlyMemory<byte>, byte[]> method, ReadOnlyMemory<byte> request, CallContext context, bool mayRepeat)
    {
        CheckSize(request.Length);
        var giveUpAt = Environment.TickCount64 + (long)(context.Remaining ?? ReachWithin).TotalMilliseconds;
        while (true)
        {
            var endpoint = TryPick();
            var channel = endpoint?.Ready ?? await WaitForAnyAsync(context);
            try
            {
                return await channel.UnaryAsync(method, request, context.Remaining, context.Cancellation, context.Metadata);
            }
            catch (GrpcCallException failure)
            {
                if (failure.Code == StatusCode.DeadlineExceeded)
                {
                    endpoint?.Suspect(SuspectFor);
                }

                if (failure.Code != StatusCode.Unavailable || !mayRepeat || Environment.TickCount64 >= giveUpAt)
                {
                    throw StatusOf(failure).ToException();
                }
            }

            await Task.Delay(RetryPause, context.Cancellation);
        }
    }

    /// <exception cref="GrpcStatusException">The message is larger than the proxy sends.</exception>
    public void CheckSize(int bytes)
    {
        if (bytes > _options.SendBytesMax)
        {
            throw new GrpcStatusException(
                StatusCode.ResourceExhausted, $"trying to send message larger than max ({bytes} vs. {_options.SendBytesMax})");
        }
    }

    public static GrpcStatus StatusOf(GrpcCallException failure)
        => new(Enum.IsDefined(failure.Code) ? failure.Code : StatusCode.Unknown, failure.Detail);

    private UpstreamEndpoint EndpointOf(CtlEndpoint endpoint)
    {
        var isSecure = endpoint.IsSecure ?? _options.Tls is not null;
        return new UpstreamEndpoint(endpoint, new GrpcChannelOptions
        {
            ConnectTimeout = ReachWithin,
            StreamWindowBytes = 1 << 20,
            ResponseBytesMax = _options.ReceiveBytesMax,
            KeepAliveTime = _options.DialKeepAliveTime > TimeSpan.Zero ? _options.DialKeepAliveTime : Timeout.InfiniteTimeSpan,
            KeepAliveTimeout = _options.DialKeepAliveTimeout,
            KeepAliveWithoutCalls = _options.PermitWithoutStream,
            Tls = isSecure ? (_options.Tls ?? CtlTls.Load("", "", "", "", skipsVerification: false, isDefault: true)).OptionsFor(endpoint.Host) : null,
        });
    }

    private void Wake()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Wake();
        }
    }

    private UpstreamEndpoint? TryPick()
    {
        var endpoints = _endpoints;
        var first = Interlocked.Increment(ref _turn);
        UpstreamEndpoint? suspect = null;
        for (uint i = 0; i < endpoints.Length; i++)
        {
            var endpoint = endpoints[(int)((first + i) % (uint)endpoints.Length)];
            if (endpoint.Ready is null)
            {
                endpoint.Wake();
            }
            else if (endpoint.IsSuspect)
            {
                suspect ??= endpoint;
            }
            else
            {
                return endpoint;
            }
        }

        return suspect;
    }

    private async ValueTask<GrpcChannel> WaitForAnyAsync(CallContext context)
    {
        var left = context.Remaining is { } remaining && remaining < ReachWithin ? remaining : ReachWithin;
        var giveUpAt = Environment.TickCount64 + (long)left.TotalMilliseconds;
        while (true)
        {
            var attempts = _endpoints.Select(static endpoint => endpoint.ConnectAsync()).ToList();
            GrpcCallException? last = null;
            while (attempts.Count > 0)
            {
                var first = await Task.WhenAny(attempts).WaitAsync(context.Cancellation);
                attempts.Remove(first);
                try
                {
                    return await first;
                }
                catch (GrpcCallException failure)
                {
                    last = failure;
                }
            }

            if (Environment.TickCount64 >= giveUpAt)
            {
                throw context.IsOver
                    ? GrpcStatus.DeadlineExceeded.ToException()
                    : new GrpcStatusException(StatusCode.Unavailable, last?.Detail ?? "there is no endpoint");
            }

            await Task.Delay(RetryPause, context.Cancellation);
        }
    }
}
