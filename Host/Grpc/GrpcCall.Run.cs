using System.Diagnostics;
using ActorEtcd.Host.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Grpc;

/// <summary>The life of a call: headers in, handler, status out.</summary>
public sealed partial class GrpcCall
{
    private const string TimeoutHeader = "grpc-timeout";
    private const string VersionHeader = "client-api-version";
    private const string EncodingHeader = "grpc-encoding";

    internal async Task RunAsync(GrpcMethodTable table, GrpcOptions options, ILogger logger)
    {
        if (!Accept(table, options))
        {
            return;
        }

        _method.Started.Increment();
        _metrics.CountClient(_method.Type != GrpcMethodType.Unary, _request.Headers.TryGetValue(VersionHeader, out StringValues version) ? version.ToString() : null);
        long startedAt = Stopwatch.GetTimestamp();
        bool needsLeader = false;
        GrpcStatus status;
        Activity? rpc = RpcSpans.Start(this);
        Activity? operation = null;
        try
        {
            needsLeader = options.Leader?.Admit(this) ?? false;
            if (_method.HasOneRequest && !await ReadAsync())
            {
                throw new GrpcStatusException(StatusCode.Internal, "grpc: the request message is missing");
            }

            operation = RpcSpans.StartOperation(rpc, this);
            await _method.Handler(this);
            if (_method.HasOneRequest)
            {
                options.SlowRequests?.Answered(this, startedAt);
                await _reader.DrainAsync();
            }

            status = _status;
        }
        catch (Exception error)
        {
            status = StatusOf(error, logger);
        }

        if (needsLeader)
        {
            options.Leader!.Leave(this);
        }

        RpcSpans.End(rpc, operation, status);
        Complete(status);
        _method.Observe(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, status.Code == StatusCode.OK);
    }

    /// <summary>Sets a call up from its headers; false when it is refused, in grpc-go's words, before it starts.</summary>
    private bool Accept(GrpcMethodTable table, GrpcOptions options)
    {
        Reset(table.Metrics);
        GrpcMethod? method = table.FindForCall(_request.Path);
        if (!HttpMethods.IsPost(_request.Method))
        {
            string text = $"Received a HEADERS frame with :method \"{_request.Method}\" which should be POST";
            return Refuse(StatusCodes.Status405MethodNotAllowed, new GrpcStatus(StatusCode.Internal, text));
        }

        IHeaderDictionary headers = _request.Headers;
        if (headers.TryGetValue(TimeoutHeader, out StringValues timeout))
        {
            if (!GrpcTimeout.TryParse(timeout.ToString(), out TimeSpan span))
            {
                string text = $"malformed grpc-timeout: \"{timeout}\"";
                return Refuse(StatusCodes.Status400BadRequest, new GrpcStatus(StatusCode.Internal, text));
            }

            _deadlineAt = Environment.TickCount64 + (long)Math.Ceiling(span.TotalMilliseconds);
        }

        if (method is null)
        {
            return Refuse(StatusCodes.Status200OK, table.Missing(_request.Path));
        }

        _method = method;
        return AcceptEncoding(headers, options);
    }

    private bool AcceptEncoding(IHeaderDictionary headers, GrpcOptions options)
    {
        string? encoding = headers.TryGetValue(EncodingHeader, out StringValues value) ? value.ToString() : null;
        bool gzip = encoding == GrpcCompression.Gzip;
        if (!gzip && !string.IsNullOrEmpty(encoding) && encoding != "identity")
        {
            string text = $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"";
            _response.Headers["grpc-accept-encoding"] = GzipEncoding;
            return Refuse(StatusCodes.Status200OK, new GrpcStatus(StatusCode.Unimplemented, text));
        }

        _deflate = gzip && options.CompressResponses;
        _reader.Begin(_requestBody.Reader, options.MaxReceiveBytes, gzip);
        return true;
    }

    private void Reset(GrpcMetrics metrics)
    {
        _metrics = metrics;
        _method = null!;
        _output = null;
        _status = GrpcStatus.OK;
        _token = null;
        _canceledWith = null;
        _deadlineAt = 0;
        _deflate = false;
        UnflushedBytes = 0;
        SentBytes = 0;
    }

    internal bool Refuse(int httpStatus, GrpcStatus status)
    {
        _response.StatusCode = httpStatus;
        Outcome = status;
        WriteStatusInHeaders(status);
        return false;
    }

    private void Complete(GrpcStatus status)
    {
        _reader.End();
        _tokenSource?.Dispose();
        _tokenSource = null;
        Outcome = status;
        _method.Handled(status.Code).Increment();
        if (!HasOutput && !_response.HasStarted)
        {
            WriteStatusInHeaders(status);
            return;
        }

        IHeaderDictionary trailers = Trailers;
        trailers.GrpcStatus = status.CodeHeader;
        if (status.MessageHeader.Count > 0)
        {
            trailers.GrpcMessage = status.MessageHeader;
        }
    }

    // The form that gRPC calls Trailers-Only: the whole response is one frame of headers.
    private void WriteStatusInHeaders(GrpcStatus status)
    {
        IHeaderDictionary headers = _response.Headers;
        headers.ContentType = ContentType;
        headers.GrpcStatus = status.CodeHeader;
        if (status.MessageHeader.Count > 0)
        {
            headers.GrpcMessage = status.MessageHeader;
        }
    }

    private GrpcStatus StatusOf(Exception error, ILogger logger)
    {
        switch (error)
        {
            case GrpcStatusException failure:
                return failure.Status;
            case EtcdException refusal:
                return EtcdErrors.Of(refusal.Error);
            case DamagedDataException damage:
                logger.LogError(damage, "damaged data met by {Method}", _method.Path);
                return EtcdErrors.Of(EtcdError.Corrupt);

            // What Kestrel's body and writer throw once the client has reset the stream or the connection is lost.
            case OperationCanceledException or IOException:
                return _canceledWith ?? (DeadlinePassed ? GrpcStatus.DeadlineExceeded : GrpcStatus.Canceled);
            default:
                logger.LogError(error, "failed to serve {Method}", _method.Path);
                return new GrpcStatus(StatusCode.Unknown, $"internal error: {error.GetType().Name}");
        }
    }
}
