using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorEtcd.Host.Gateway;

/// <summary>What a call sees of an HTTP/2 stream, when there is none: two pipes.</summary>
internal sealed class LoopbackFeatures(PipeReader request, PipeWriter response, CancellationToken aborted)
    : IRequestBodyPipeFeature, IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IHttpResponseTrailersFeature
{
    public PipeReader Reader => request;

    public PipeWriter Writer => response;

    public Stream Stream => response.AsStream(leaveOpen: true);

    public CancellationToken RequestAborted { get; set; } = aborted;

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public void Abort()
    {
        // The HTTP request behind the call ends it.
    }

    public void DisableBuffering()
    {
        // Nothing is held back: what is flushed can be read.
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
        => throw new NotSupportedException("a gRPC call sends messages, not files");

    public Task CompleteAsync() => Task.CompletedTask;
}
