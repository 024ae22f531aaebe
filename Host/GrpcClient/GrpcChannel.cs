using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// One HTTP/2 connection in clear text to a gRPC server, with any number of concurrent calls. It does not
/// reconnect: once <see cref="IsOpen"/> is false every call ends with Unavailable.
/// </summary>
public sealed class GrpcChannel : IAsyncDisposable
{
    private readonly Http2Connection _connection;

    private GrpcChannel(Http2Connection connection)
    {
        _connection = connection;
    }

    public bool IsOpen => _connection.IsOpen;

    /// <summary>False too when the server is closing the connection, or no number is left for a further call.</summary>
    public bool TakesCalls => _connection.TakesCalls;

    /// <summary>True: for <see cref="Unary"/> alone.</summary>
    public bool IsBlocking => _connection.Options.IsBlocking;

    /// <summary>Connects and waits for the server's HTTP/2 settings. Fails with Unavailable.</summary>
    public static Task<GrpcChannel> ConnectAsync(
        string host, int port, GrpcChannelOptions? options = null, CancellationToken cancellationToken = default)
    {
        string authority = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        EndPoint address = IPAddress.TryParse(host, out IPAddress? ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
        return ConnectAsync(address, authority, options, cancellationToken);
    }

    /// <summary>The same for any address, a Unix socket's included, and whatever the server is to be called.</summary>
    public static async Task<GrpcChannel> ConnectAsync(
        EndPoint address, string authority, GrpcChannelOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= GrpcChannelOptions.Default;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConnectTimeout);
        Socket socket = SocketFor(address);
        Http2Connection? connection = null;
        try
        {
            await socket.ConnectAsync(address, timeout.Token).ConfigureAwait(false);
            SslStream? tls = options.Tls == null ? null : await SecureAsync(socket, options.Tls, timeout.Token).ConfigureAwait(false);
            connection = new Http2Connection(socket, tls, authority, options);
            await connection.StartAsync().WaitAsync(timeout.Token).ConfigureAwait(false);
            return new GrpcChannel(connection);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or GrpcCallException
            or AuthenticationException or IOException)
        {
            connection?.Dispose();
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            string why = failure is OperationCanceledException ? "timed out" : failure.Message;
            throw new GrpcCallException(StatusCode.Unavailable, $"cannot connect to {authority}: {why}", failure);
        }
    }

    /// <summary>Connects on the caller's thread, for <see cref="Unary"/> alone. Fails with Unavailable.</summary>
    public static GrpcChannel Connect(EndPoint address, string authority, GrpcChannelOptions options)
    {
        Socket socket = SocketFor(address);

        // Nobody keeps a connect to this machine waiting; elsewhere only closing the socket ends one.
        bool isNear = address is IPEndPoint ip && IPAddress.IsLoopback(ip.Address);
        using Timer? limit = isNear
            ? null
            : new Timer(static state => ((Socket)state!).Dispose(), socket, options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            socket.Connect(address);
            SslStream? tls = null;
            if (options.Tls != null)
            {
                tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
                tls.AuthenticateAsClient(options.Tls);
            }

            var connection = new Http2Connection(socket, tls, authority, options);
            connection.StartBlocking();
            return new GrpcChannel(connection);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or AuthenticationException
            or IOException)
        {
            socket.Dispose();
            throw new GrpcCallException(StatusCode.Unavailable, $"cannot connect to {authority}: {failure.Message}", failure);
        }
    }

    /// <summary>A unary call on the caller's thread, over a channel that blocks.</summary>
    public TResponse Unary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline = null,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        return _connection.RunUnary(method, request, deadline, metadata);
    }

    /// <summary>
    /// One request, one response. <paramref name="deadline"/> counts from now and is told to the server too; after
    /// it the call fails with DeadlineExceeded. The result must be awaited once, as with any ValueTask.
    /// </summary>
    public ValueTask<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        bool plain = deadline == null && !cancellationToken.CanBeCanceled && metadata == null;
        return plain
            ? _connection.StartUnary(method, request)
            : _connection.StartUnary(method, request, deadline, metadata, cancellationToken);
    }

    /// <summary>One request, many responses.</summary>
    public DuplexCall<TRequest, TResponse> ServerStreaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        StreamCall<TRequest, TResponse> call =
            _connection.StartStream(method, deadline, metadata, cancellationToken);

        // Its failure, if any, is what the first read reports.
        _ = _connection.SendMessage(call, method, request, endStream: true).AsTask()
            .ContinueWith(static sent => _ = sent.Exception, TaskScheduler.Default);
        return new DuplexCall<TRequest, TResponse>(call, method);
    }

    /// <summary>Many requests, many responses.</summary>
    public DuplexCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        return new DuplexCall<TRequest, TResponse>(
            _connection.StartStream(method, deadline, metadata, cancellationToken), method);
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Socket SocketFor(EndPoint address) => address is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static async Task<SslStream> SecureAsync(
        Socket socket, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return tls;
    }
}
