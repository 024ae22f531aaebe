using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using ActorEtcd.Host.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// A gRPC call from inside the process, over pipes in place of a connection: it takes the same way as one from
/// outside, with the same checks, limits and counters, and back pressure in both directions.
/// </summary>
internal sealed class LoopbackCall
{
    private const int PrefixBytes = 5;

    private readonly MethodDescriptor _method;
    private readonly Pipe _requests = new();
    private readonly Pipe _responses = new();
    private readonly GrpcFrameReader _frames = new();
    private readonly GrpcCall _call;

    public LoopbackCall(
        MethodDescriptor method, IHeaderDictionary metadata, IHttpConnectionFeature? connection, CancellationToken aborted)
    {
        _method = method;
        var pipes = new LoopbackFeatures(_requests.Reader, _responses.Writer, aborted);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Post,
            Path = $"/{method.Service.FullName}/{method.Name}",
            Protocol = HttpProtocol.Http2,
            Headers = metadata,
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(pipes);
        features.Set<IRequestBodyPipeFeature>(pipes);
        features.Set<IHttpRequestLifetimeFeature>(pipes);
        features.Set<IHttpResponseTrailersFeature>(pipes);
        features.Set(connection);
        _call = new GrpcCall(features);
        _frames.Begin(_responses.Reader, int.MaxValue, gzip: false);
    }

    /// <summary>How the call ended, when <see cref="RunAsync"/> is done.</summary>
    public GrpcStatus Outcome => _call.Outcome;

    /// <summary>Serves the call to its end; responses are read meanwhile.</summary>
    public async Task RunAsync(GrpcMethodTable methods, GrpcOptions options, ILogger logger)
    {
        await _call.RunAsync(methods, options, logger);
        await _responses.Writer.CompleteAsync();
        await _requests.Reader.CompleteAsync();
    }

    /// <summary>Hands a request to the call; false when it takes no more.</summary>
    public async ValueTask<bool> SendAsync(IMessage request)
    {
        var size = request.CalculateSize();
        var frame = _requests.Writer.GetMemory(PrefixBytes + size)[..(PrefixBytes + size)];
        frame.Span[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame.Span[1..], size);
        request.WriteTo(frame.Span[PrefixBytes..]);
        _requests.Writer.Advance(frame.Length);
        return !(await _requests.Writer.FlushAsync()).IsCompleted;
    }

    public ValueTask CompleteRequestsAsync() => _requests.Writer.CompleteAsync();

    /// <summary>
    /// How long the next response is that is not compressed, without waiting for the rest of it; 0 when there is no such one.
    /// </summary>
    public async ValueTask<long> NextLengthAsync()
    {
        while (true)
        {
            var result = await _responses.Reader.ReadAsync();
            var buffer = result.Buffer;
            var isThere = buffer.Length >= PrefixBytes;
            var length = isThere ? LengthOf(buffer.Slice(0, PrefixBytes)) : 0;
            _responses.Reader.AdvanceTo(buffer.Start, isThere ? buffer.Start : buffer.End);
            if (isThere || result.IsCompleted)
            {
                return length;
            }
        }
    }

    /// <summary>Writes the next response, of that length, as JSON while it arrives.</summary>
    public async ValueTask CopyJsonAsync(long length, PipeWriter output)
    {
        var result = await _responses.Reader.ReadAtLeastAsync(PrefixBytes);
        _responses.Reader.AdvanceTo(result.Buffer.GetPosition(PrefixBytes));
        using var json = new ProtoJsonStream(_responses.Reader, output);
        await json.WriteAsync(_method.OutputType, length);
    }

    /// <summary>The next response, or null when there are no more.</summary>
    public async ValueTask<IMessage?> ReceiveAsync()
        => await _frames.ReadAsync() ? _method.OutputType.Parser.ParseFrom(_frames.Payload) : null;

    /// <summary>Makes a read of the call that waits, or its next one, fail. Any thread.</summary>
    public void Cancel() => _call.Cancel(GrpcStatus.Canceled);

    private static long LengthOf(in ReadOnlySequence<byte> prefix)
    {
        Span<byte> bytes = stackalloc byte[PrefixBytes];
        prefix.CopyTo(bytes);
        return bytes[0] == 0 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) : 0;
    }

    /// <summary>No response is read any more: what the call still writes is dropped.</summary>
    public ValueTask EndAsync()
    {
        _frames.Release();
        return _responses.Reader.CompleteAsync();
    }
}
