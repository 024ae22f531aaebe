using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Http;

/// <summary>One plain HTTP request and its response.</summary>
public sealed class HttpCall
{
    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private Dictionary<string, StringValues>? _query;

    internal HttpCall(IFeatureCollection features)
    {
        _features = features;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
    }

    public string Method => _request.Method;

    public string Path => _request.Path;

    /// <summary>The path as Go sees it: every escape undone, nothing cleaned away.</summary>
    public string GoPath => GoUrl.Unescape(RawPath, plusIsBlank: false);

    /// <summary>What stands behind the question mark, as it came.</summary>
    public string RawQuery => _request.QueryString.Length > 1 ? _request.QueryString[1..] : string.Empty;

    public string Scheme => _request.Scheme;

    public IHeaderDictionary RequestHeaders => _request.Headers;

    public IHeaderDictionary ResponseHeaders => _response.Headers;

    public IReadOnlyDictionary<string, StringValues> Query => _query ??= QueryHelpers.ParseQuery(_request.QueryString);

    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Aborted => _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;

    public PipeReader RequestBody => _features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;

    /// <summary>For responses that stream: set status and headers first.</summary>
    public PipeWriter ResponseBody => _body.Writer;

    internal IHttpConnectionFeature? Connection => _features.Get<IHttpConnectionFeature>();

    /// <summary>The name in the client's certificate, when the server verified it; null otherwise.</summary>
    internal string? VerifiedClientName => _features.Get<IVerifiedClient>()?.CommonName;

    /// <summary>The path as it came. The target may be a whole URL, as proxies send it.</summary>
    internal string RawPath
    {
        get
        {
            string target = _request.RawTarget;
            int scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
            int start = scheme < 0 ? 0 : target.IndexOf('/', scheme + 3);
            string path = start < 0 ? "/" : target[start..];
            int end = path.IndexOf('?', StringComparison.Ordinal);
            return end < 0 ? path : path[..end];
        }
    }

    /// <summary>How the connection is taken over by another protocol; null where that is impossible.</summary>
    internal IHttpUpgradeFeature? Upgrade => _features.Get<IHttpUpgradeFeature>();

    public void SetStatus(int status) => _response.StatusCode = status;

    /// <summary>The whole request body, or null when it is longer than the limit.</summary>
    public async ValueTask<byte[]?> ReadBodyAsync(long maxBytes)
    {
        while (true)
        {
            ReadResult result = await RequestBody.ReadAsync(Aborted);
            if (result.Buffer.Length > maxBytes)
            {
                RequestBody.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                byte[] body = result.Buffer.ToArray();
                RequestBody.AdvanceTo(result.Buffer.End);
                return body;
            }

            RequestBody.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public ValueTask RespondAsync(int status, string contentType, string body) =>
        RespondAsync(status, contentType, Encoding.UTF8.GetBytes(body));

    public async ValueTask RespondAsync(int status, string contentType, ReadOnlyMemory<byte> body)
    {
        _response.StatusCode = status;
        _response.Headers.ContentType = contentType;
        _response.Headers.ContentLength = body.Length;
        if (!HttpMethods.IsHead(Method))
        {
            await _body.Writer.WriteAsync(body);
        }
    }

    /// <summary>An error as Go's net/http writes it: the text and a line end, as plain text.</summary>
    public ValueTask ErrorAsync(int status, string text)
    {
        _response.Headers.XContentTypeOptions = "nosniff";
        return RespondAsync(status, "text/plain; charset=utf-8", text + "\n");
    }
}
