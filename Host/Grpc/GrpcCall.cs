using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// One call, as its handler sees it. One reader and one writer may work at the same time; two writers may not.
/// The object belongs to the HTTP/2 stream and serves the next call after this one.
/// </summary>
public sealed partial class GrpcCall
{
    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _responseBody;
    private readonly IRequestBodyPipeFeature _requestBody;
    private readonly IHttpRequestLifetimeFeature _lifetime;
    private readonly GrpcFrameReader _reader = new();

    private GrpcMethod _method = null!;
    private GrpcMetrics _metrics = null!;
    private PipeWriter? _output;
    private GrpcStatus _status = GrpcStatus.OK;
    private CancellationTokenSource? _tokenSource;
    private CancellationToken? _token;
    private volatile GrpcStatus? _canceledWith;
    private long _deadlineAt;
    private bool _deflate;

    internal GrpcCall(IFeatureCollection features)
    {
        _features = features;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _responseBody = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _requestBody = features.GetRequiredFeature<IRequestBodyPipeFeature>();
        _lifetime = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
    }

    public GrpcMethod Method => _method;

    /// <summary>What the client called it; differs from the method's own path only where any path is served.</summary>
    internal string Path => _request.Path;

    /// <summary>
    /// The encoded request: a view of the connection's buffers, valid until the handler's task ends, or until the next
    /// read of a stream.
    /// </summary>
    public ReadOnlySequence<byte> Request => _reader.Payload;

    public IHeaderDictionary RequestHeaders => _request.Headers;

    /// <summary>Metadata sent before the first message. Can be set until then.</summary>
    public IHeaderDictionary ResponseHeaders => _response.Headers;

    /// <summary>Metadata sent with the status.</summary>
    public IHeaderDictionary Trailers => _features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;

    /// <summary>
    /// Cancelled when the client gives up, the connection is lost or the deadline passes. Made when first asked for: a
    /// handler that never asks pays nothing.
    /// </summary>
    public CancellationToken CancellationToken => _token ??= _deadlineAt == 0 ? _lifetime.RequestAborted : MakeToken(CreateSource());

    /// <summary>The time left until the client's deadline; null when it set none.</summary>
    public TimeSpan? Remaining => _deadlineAt == 0
        ? null
        : TimeSpan.FromMilliseconds(Math.Max(0, _deadlineAt - Environment.TickCount64));

    public EndPoint? RemoteEndPoint =>
        _features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } address } connection
            ? new IPEndPoint(address, connection.RemotePort)
            : null;

    /// <summary>The client's certificate, on a TLS connection that asked for one.</summary>
    public ITlsConnectionFeature? Tls => _features.Get<ITlsConnectionFeature>();

    /// <summary>The common name of a client that was verified by its certificate; null otherwise.</summary>
    public string? VerifiedClientName => _features.Get<IVerifiedClient>()?.CommonName;

    private bool DeadlinePassed => _deadlineAt != 0 && Environment.TickCount64 >= _deadlineAt;

    /// <summary>
    /// Waits for an answer as long as the client does; then fails with its deadline. The answer may still come, to nobody.
    /// </summary>
    public ValueTask<T> WithinDeadline<T>(ValueTask<T> answer)
        => _deadlineAt == 0 || answer.IsCompleted ? answer : WaitForAsync(answer);

    /// <summary>The metadata value of a name, or null. Several values are joined by commas, as gRPC says.</summary>
    public string? Metadata(string name) =>
        _request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) ? value.ToString() : null;

    /// <summary>The bytes of a metadata value whose name ends in "-bin"; null when absent or not base64.</summary>
    public byte[]? BinaryMetadata(string name)
    {
        if (Metadata(name) is not { } text)
        {
            return null;
        }

        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        string padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out int length) ? bytes[..length] : null;
    }

    /// <summary>Parses the one request of the call and gives its buffers back.</summary>
    public TRequest ParseRequest<TRequest>(MessageParser<TRequest> parser)
        where TRequest : IMessage<TRequest>
    {
        TRequest request = Parse(parser, Request);
        _reader.Release();
        return request;
    }

    /// <summary>The requests of a streaming call.</summary>
    public GrpcRequestStream<TRequest> Requests<TRequest>(MessageParser<TRequest> parser)
        where TRequest : IMessage<TRequest> => new(this, parser);

    /// <summary>Reads the next request of a stream into <see cref="Request"/>; false at the end.</summary>
    public ValueTask<bool> ReadAsync()
    {
        ValueTask<bool> read = _reader.ReadAsync();
        if (!read.IsCompletedSuccessfully)
        {
            return CountWhenDone(read);
        }

        bool any = read.Result;
        CountReceived(any);
        return new ValueTask<bool>(any);
    }

    /// <summary>Ends the call with a status when the handler returns. What was written before is still sent.</summary>
    public void Fail(GrpcStatus status) => _status = status;

    /// <summary>
    /// Ends the call from outside: the handler's read, waiting or next, throws the status, and the token of a call that
    /// was made cancellable is cancelled. Any thread, while the handler runs.
    /// </summary>
    public void Cancel(GrpcStatus status)
    {
        _reader.Cancel(status);
        if (_tokenSource is { } source)
        {
            _canceledWith = status;
            source.Cancel();
        }
    }

    /// <summary>How the call ended, once it has.</summary>
    internal GrpcStatus Outcome { get; private set; } = GrpcStatus.OK;

    /// <summary>Lets <see cref="Cancel"/> reach a handler that waits on its token instead of reading.</summary>
    internal void MakeCancellable() => _token ??= MakeToken(CreateSource());

    internal static TRequest Parse<TRequest>(MessageParser<TRequest> parser, in ReadOnlySequence<byte> payload)
        where TRequest : IMessage<TRequest>
    {
        try
        {
            return payload.IsSingleSegment ? parser.ParseFrom(payload.FirstSpan) : parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new GrpcStatusException(StatusCode.Internal, $"grpc: error unmarshalling request: {error.Message}");
        }
    }

    private async ValueTask<T> WaitForAsync<T>(ValueTask<T> answer)
    {
        try
        {
            return await answer.AsTask().WaitAsync(Remaining!.Value);
        }
        catch (TimeoutException)
        {
            throw GrpcStatus.DeadlineExceeded.ToException();
        }
    }

    private async ValueTask<bool> CountWhenDone(ValueTask<bool> read)
    {
        bool any = await read;
        CountReceived(any);
        return any;
    }

    private void CountReceived(bool any)
    {
        if (any)
        {
            _method.MessagesReceived.Increment();
            _metrics.ReceivedBytes.Add(Request.Length);
        }
    }

    private CancellationTokenSource CreateSource()
        => _tokenSource = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.RequestAborted);

    private CancellationToken MakeToken(CancellationTokenSource source)
    {
        if (Remaining is { } remaining)
        {
            source.CancelAfter(remaining);
        }

        return source.Token;
    }
}
