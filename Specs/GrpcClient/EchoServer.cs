using System.Buffers.Binary;
using System.Globalization;
using ActorEtcd.Specs.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Specs.GrpcClient;

/// <summary>A bare HTTP/2 server that behaves as the method's name says.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    public const int StreamsMax = 5;

    private readonly WebApplication _app;
    private int _concurrent;
    private int _concurrentMax;

    private EchoServer()
    {
        Port = FreePorts.Next();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsMax;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenLocalhost(Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public int Port { get; }

    /// <summary>The most calls that were in the server at one time.</summary>
    public int ConcurrentMax => Volatile.Read(ref _concurrentMax);

    /// <summary>Completes when the server has noticed that a call was abandoned.</summary>
    public TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? LastTimeoutHeader { get; private set; }

    public static async Task<EchoServer> StartAsync()
    {
        var server = new EchoServer();
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        int concurrent = Interlocked.Increment(ref _concurrent);
        InterlockedMax(concurrent);
        LastTimeoutHeader = context.Request.Headers["grpc-timeout"];
        context.Response.ContentType = "application/grpc";
        try
        {
            await BehaveAsync(context, context.Request.Path.Value!.Split('/')[^1]);
        }
        finally
        {
            Interlocked.Decrement(ref _concurrent);
        }
    }

    private async Task BehaveAsync(HttpContext context, string behaviour)
    {
        switch (behaviour)
        {
            case "Echo":
                await EchoAsync(context);
                End(context, 0, "");
                break;
            case "Fail":
                End(context, 9, "caf%C3%A9 100%25");
                break;
            case "Hang":
                context.RequestAborted.Register(() => Abandoned.TrySetResult());
                await Abandoned.Task;
                break;
            case "Cut":
                await EchoAsync(context);
                context.Abort();
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var header = new byte[5];
        while (await context.Request.Body.ReadAtLeastAsync(header, 5, throwOnEndOfStream: false) == 5)
        {
            var message = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
            await context.Request.Body.ReadExactlyAsync(message);
            await context.Response.Body.WriteAsync(header);
            await context.Response.Body.WriteAsync(message);
            await context.Response.Body.FlushAsync();
        }
    }

    private static void End(HttpContext context, int status, string message)
    {
        context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", message);
    }

    private void InterlockedMax(int value)
    {
        int seen = Volatile.Read(ref _concurrentMax);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref _concurrentMax, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
