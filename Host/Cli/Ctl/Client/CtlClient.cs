using System.Diagnostics;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>
/// Calls of one command to a cluster: to the first endpoint that can be reached, and on to the next when it goes away.
/// Reads are repeated until their deadline; writes only while no server can have seen them.
/// </summary>
internal sealed class CtlClient : IAsyncDisposable
{
    // Of etcd's table of errors, which is not built for a command's sake.
    private const string InvalidToken = "etcdserver: invalid auth token";
    private const string AuthIsOff = "etcdserver: authentication is not enabled";

    private const int AttemptsMax = 100;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(100);

    // As gRPC's Go client raises it: servers turn away those that ping more often than every five seconds.
    private static readonly TimeSpan KeepAliveTimeMin = TimeSpan.FromSeconds(10);

    private readonly CtlClientOptions _options;
    private readonly CtlConsole _console;
    private readonly SemaphoreSlim _connecting = new(1);
    private GrpcChannel? _channel;
    private int _next;
    private bool _streams;
    private string? _token;
    private string _lastFailure = "no endpoint was tried";

    private CtlClient(CtlClientOptions options, CtlConsole console)
    {
        _options = options;
        _console = console;
        _token = options.Token;
    }

    public IReadOnlyList<CtlEndpoint> Endpoints => _options.Endpoints;

    /// <summary>Authenticates when there is a user; connects at the first call otherwise.</summary>
    /// <exception cref="CtlException">The user is refused or no endpoint can be reached.</exception>
    public static Task<CtlClient> OpenAsync(CtlClientOptions options, CtlConsole console)
    {
        if (options.Endpoints.Count == 0)
        {
            throw new CtlException(CtlExit.BadConnection, "etcdclient: no available endpoints");
        }

        var client = new CtlClient(options, console);
        return options.User == null ? Task.FromResult(client) : AuthenticatedAsync(client);
    }

    private static async Task<CtlClient> AuthenticatedAsync(CtlClient client)
    {
        try
        {
            await client.AuthenticateAsync().ConfigureAwait(false);
            return client;
        }
        catch (CtlRpcException failure)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw new CtlException(CtlExit.BadConnection, failure.Message);
        }
    }

    /// <summary>A client of one of the endpoints alone.</summary>
    public Task<CtlClient> ForAsync(CtlEndpoint endpoint)
        => OpenAsync(_options with { Endpoints = [endpoint] }, _console);

    /// <summary>One request, one answer.</summary>
    /// <exception cref="CtlRpcException">The server refuses, or the time is over.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout = null, bool isRead = false)
        where TRequest : IMessage<TRequest>
    {
        CheckSize(request.CalculateSize());
        var deadline = Deadline.After(timeout);
        bool hasNewToken = false;
        for (int attempt = 1; ; attempt++)
        {
            var channel = await ChannelAsync(deadline).ConfigureAwait(false);
            try
            {
                return channel.IsBlocking
                    ? channel.Unary(method, request, deadline.Left, Metadata())
                    : await channel.UnaryAsync(method, request, deadline.Left, metadata: Metadata()).ConfigureAwait(false);
            }
            catch (GrpcCallException failure)
            {
                bool isOver = deadline.IsOver || failure.Code == StatusCode.DeadlineExceeded;
                if (isOver && timeout != null)
                {
                    throw new CtlRpcException(StatusCode.DeadlineExceeded, CtlRpcException.DeadlineText);
                }

                if (failure.Detail == InvalidToken && _options.User != null && !hasNewToken)
                {
                    hasNewToken = true;
                    await AuthenticateAsync().ConfigureAwait(false);
                    continue;
                }

                if (failure.Code != StatusCode.Unavailable || !isRead || attempt == AttemptsMax)
                {
                    throw new CtlRpcException(failure.Code, failure.Detail);
                }

                await ForgetAsync(channel, failure.Detail).ConfigureAwait(false);
                await Task.Delay(RetryPause).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A call with streams. The caller starts it again elsewhere when it breaks.</summary>
    public async Task<DuplexCall<TRequest, TResponse>> StreamAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TimeSpan? timeout = null, bool requiresLeader = false)
    {
        if (_channel is { IsBlocking: true } blocking)
        {
            _channel = null;
            await blocking.DisposeAsync().ConfigureAwait(false);
        }

        _streams = true;
        var channel = await ChannelAsync(Deadline.After(timeout)).ConfigureAwait(false);
        return channel.Duplex(method, timeout, metadata: Metadata(requiresLeader));
    }

    /// <summary>The connection is of no more use: the next call goes to the next endpoint.</summary>
    public async Task ReconnectAsync()
    {
        if (_channel is { } channel)
        {
            await ForgetAsync(channel, "the stream broke").ConfigureAwait(false);
        }

        await Task.Delay(ReconnectPause).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        if (_console.IsProcess)
        {
            // The process ends, and its connections with it; saying farewell to each would take longer than the call.
            return ValueTask.CompletedTask;
        }

        _connecting.Dispose();
        return _channel?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <exception cref="CtlRpcException">The request is larger than allowed.</exception>
    private void CheckSize(int size)
    {
        if (_options.RequestBytesMax > 0 && size > _options.RequestBytesMax)
        {
            throw new CtlRpcException(
                StatusCode.ResourceExhausted, $"trying to send message larger than max ({size} vs. {_options.RequestBytesMax})");
        }
    }

    private List<KeyValuePair<string, string>>? Metadata(bool requiresLeader = false)
    {
        if (_token == null && !requiresLeader)
        {
            return null;
        }

        var metadata = new List<KeyValuePair<string, string>>(2);
        if (_token != null)
        {
            metadata.Add(new("token", _token));
        }

        if (requiresLeader)
        {
            metadata.Add(new("hasleader", "true"));
        }

        return metadata;
    }

    private async Task AuthenticateAsync()
    {
        if (_options.User == null)
        {
            return;
        }

        _token = null;
        var deadline = Deadline.After(_options.DialTimeout);
        var request = new AuthenticateRequest { Name = _options.User, Password = _options.Password };
        while (true)
        {
            var channel = await ChannelAsync(deadline).ConfigureAwait(false);
            try
            {
                // Hashing a password may take a server longer than reaching it.
                var timeout = _options.DialTimeout + _options.DialTimeout;
                var answer = channel.IsBlocking
                    ? channel.Unary(CtlMethods.Authenticate, request, timeout)
                    : await channel.UnaryAsync(CtlMethods.Authenticate, request, timeout).ConfigureAwait(false);
                _token = answer.Token;
                return;
            }
            catch (GrpcCallException failure) when (failure.Detail == AuthIsOff)
            {
                return;
            }
            catch (GrpcCallException failure) when (failure.Code == StatusCode.Unavailable && !deadline.IsOver)
            {
                await ForgetAsync(channel, failure.Detail).ConfigureAwait(false);
                await Task.Delay(RetryPause).ConfigureAwait(false);
            }
            catch (GrpcCallException failure)
            {
                throw failure.Code == StatusCode.DeadlineExceeded
                    ? new CtlRpcException(failure.Code, CtlRpcException.DeadlineText)
                    : new CtlRpcException(failure.Code, failure.Detail);
            }
        }
    }

    /// <summary>The open connection, or one to the next endpoint that answers before the deadline.</summary>
    private async Task<GrpcChannel> ChannelAsync(Deadline deadline)
    {
        if (_channel is { IsOpen: true } open)
        {
            return open;
        }

        if (_options.IsBlocking && !_streams)
        {
            return _channel = await ConnectAsync(deadline).ConfigureAwait(false);
        }

        await _connecting.WaitAsync().ConfigureAwait(false);
        try
        {
            return _channel is { IsOpen: true } ready ? ready : _channel = await ConnectAsync(deadline).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<GrpcChannel> ConnectAsync(Deadline deadline)
    {
        // Without a deadline of the call, the time to dial is all that there is to wait for.
        var until = deadline.IsSet ? deadline : Deadline.After(_options.DialTimeout);
        for (int attempt = 0; ; attempt++)
        {
            var endpoint = Endpoints[_next % Endpoints.Count];
            var patience = until.Left < _options.DialTimeout ? until.Left!.Value : _options.DialTimeout;
            try
            {
                return await DialAsync(endpoint, patience).ConfigureAwait(false);
            }
            catch (GrpcCallException failure)
            {
                _lastFailure = failure.Detail;
                _next++;
            }

            if (until.IsOver)
            {
                Warn(endpoint, attempt);
                throw new CtlRpcException(StatusCode.DeadlineExceeded, CtlRpcException.DeadlineText);
            }

            if ((attempt + 1) % Endpoints.Count == 0)
            {
                await Task.Delay(until.Left < ReconnectPause ? until.Left!.Value : ReconnectPause).ConfigureAwait(false);
            }
        }
    }

    private Task<GrpcChannel> DialAsync(CtlEndpoint endpoint, TimeSpan patience)
    {
        bool blocks = _options.IsBlocking && !_streams;
        bool isSecure = endpoint.IsSecure ?? _options.Tls is { IsDefault: true };
        var tls = isSecure ? _options.Tls ?? CtlTls.Load("", "", "", "", skipsVerification: false, isDefault: true) : null;
        var options = new GrpcChannelOptions
        {
            ConnectTimeout = patience,
            IsBlocking = blocks,
            ResponseBytesMax = _options.ResponseBytesMax,
            Tls = tls?.OptionsFor(endpoint.Host),
            KeepAliveTime = _options.KeepAliveTime > KeepAliveTimeMin ? _options.KeepAliveTime : KeepAliveTimeMin,
            KeepAliveTimeout = _options.KeepAliveTimeout,
        };
        return blocks
            ? Task.FromResult(GrpcChannel.Connect(endpoint.Address, endpoint.Authority, options))
            : GrpcChannel.ConnectAsync(endpoint.Address, endpoint.Authority, options);
    }

    private async Task ForgetAsync(GrpcChannel channel, string why)
    {
        _lastFailure = why;
        if (ReferenceEquals(Interlocked.CompareExchange(ref _channel, null, channel), channel))
        {
            _next++;
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The line that etcd's client library logs: people look for the cause there.
    private void Warn(CtlEndpoint endpoint, int attempt)
    {
        _console.Error.WriteLine(
            $"{{\"level\":\"warn\",\"logger\":\"etcd-client\",\"msg\":\"retrying of unary invoker failed\",\"target\":{GoText.Quote(endpoint.Text)},\"attempt\":{attempt},\"error\":{GoText.Quote(_lastFailure)}}}");
    }

    private readonly record struct Deadline(long At)
    {
        public bool IsSet => At != 0;

        public bool IsOver => IsSet && Stopwatch.GetTimestamp() >= At;

        public TimeSpan? Left => IsSet
            ? TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), At).Ticks))
            : null;

        public static Deadline After(TimeSpan? timeout)
            => timeout is { } span ? new(Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency)) : default;
    }
}
