using System.Globalization;
using System.Net.Sockets;
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

    /// <summary>Connects and waits for the server's HTTP/2 settings. Fails with Unavailable.</summary>
    public static async Task<GrpcChannel> ConnectAsync(
        string host, int port, GrpcChannelOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= GrpcChannelOptions.Default;
        string authority = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Http2Connection? connection = null;
        try
        {
            await socket.ConnectAsync(host, port, timeout.Token).ConfigureAwait(false);
            connection = new Http2Connection(socket, authority, options);
            await connection.StartAsync().WaitAsync(timeout.Token).ConfigureAwait(false);
            return new GrpcChannel(connection);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or GrpcCallException)
        {
            connection?.Dispose();
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            string why = failure is OperationCanceledException ? "timed out" : failure.Message;
            throw new GrpcCallException(StatusCode.Unavailable, $"cannot connect to {authority}: {why}", failure);
        }
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
}
