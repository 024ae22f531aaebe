using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>gRPC by hand over HTTP/2 with prior knowledge, so that frames, headers and trailers can be looked at.</summary>
public sealed class GrpcTestClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;

    public GrpcTestClient(IPEndPoint server) => _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{server}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Patience,
    };

    public HttpClient Http => _http;

    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0)
    {
        byte[] frame = new byte[message.Length + 5];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public async Task<GrpcReply> CallAsync(
        string path, byte[] body, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = Request(path, new ByteArrayContent(body), contentType, headers);
        using HttpResponseMessage response = await _http.SendAsync(request);
        byte[] content = await response.Content.ReadAsByteArrayAsync();
        return ReplyOf(response, content);
    }

    /// <summary>Opens a stream; requests are written when the spec says so.</summary>
    public async Task<GrpcTestStream> OpenAsync(string path, params (string Name, string Value)[] headers)
    {
        var content = new HeldContent();
        HttpRequestMessage request = Request(path, content, "application/grpc", headers);
        Task<HttpResponseMessage> response = _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Stream upload = await content.Opened.WaitAsync(Patience);
        return new GrpcTestStream(upload, content, response);
    }

    public void Dispose() => _http.Dispose();

    internal static GrpcReply ReplyOf(HttpResponseMessage response, byte[] content)
    {
        bool inHeaders = response.Headers.Contains("grpc-status");
        HttpHeaders source = inHeaders ? response.Headers : response.TrailingHeaders;
        return new GrpcReply(
            (int)response.StatusCode,
            One(source, "grpc-status"),
            One(source, "grpc-message"),
            inHeaders,
            FramesOf(content),
            response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
                .GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(
                    group => group.Key,
                    group => string.Join(",", group.SelectMany(header => header.Value)),
                    StringComparer.OrdinalIgnoreCase));
    }

    private static HttpRequestMessage Request(
        string path, HttpContent content, string contentType, (string Name, string Value)[] headers)
    {
        content.Headers.TryAddWithoutValidation("content-type", contentType);
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static string One(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : string.Empty;

    private static List<(byte Flag, byte[] Bytes)> FramesOf(byte[] content)
    {
        var frames = new List<(byte, byte[])>();
        for (int at = 0; at < content.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(at + 1));
            frames.Add((content[at], content[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return frames;
    }

    internal sealed class HeldContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> Opened => _opened.Task;

        public void Close() => _closed.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _opened.TrySetResult(stream);
            await _closed.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
