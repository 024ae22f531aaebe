using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// etcd's JSON gateway: a POST to a path of <see cref="GatewayRoutes"/> becomes the gRPC call of its method, and the
/// answer, or every message of a stream, becomes JSON. One way for all methods.
/// </summary>
public sealed class JsonGateway
{
    internal const string Prefix = "/v3/";
    internal const string JsonType = "application/json";

    private const string BetaPrefix = "/v3beta/";
    private const string Bearer = "Bearer ";
    private const string MetadataPrefix = "Grpc-Metadata-";
    private const string CommonNameIgnored =
        "CommonName of client sending a request against gateway will be ignored and not used as expected";

    private const string TimeoutHeader = "Grpc-Timeout";
    private const string ContentTypeMetadata = MetadataPrefix + "Content-Type";
    private const string GrpcType = "application/grpc";

    /// <summary>A longer answer becomes JSON while it is made, and waits for its reader.</summary>
    private const int WholeBytesMax = 1024 * 1024;

    private readonly GrpcMethodTable _methods;
    private readonly GrpcOptions _options;
    private readonly GatewayErrors _errors;
    private readonly ProtoJsonReader _messages;
    private readonly ILogger _logger;

    /// <param name="methods">What the server serves; may be filled later.</param>
    /// <param name="compatVersion">The etcd version that the server says it is, which decides on the form of errors.</param>
    public JsonGateway(GrpcMethodTable methods, GrpcOptions options, string compatVersion, ILoggerFactory loggers)
    {
        _methods = methods;
        _options = options;
        _errors = new GatewayErrors(Version.Parse(compatVersion));
        _messages = new ProtoJsonReader(_errors.IsSecondGateway);
        _logger = loggers.CreateLogger("ActorEtcd.Gateway");
    }

    /// <summary>Whether users are told apart. Asked from any thread.</summary>
    public Func<bool> IsAuthEnabled { get; init; } = static () => false;

    // Base64 takes four bytes for three.
    private long BodyBytesMax => _options.MaxReceiveBytes * 2L;

    public void Map(HttpRouter router)
    {
        router.Map(Prefix, ServeAsync).Map(BetaPrefix, ServeAsync);
        SwaggerEndpoint.Map(router, _errors.IsSecondGateway ? SwaggerErrors.Status : SwaggerErrors.Runtime);
    }

    private ValueTask ServeAsync(HttpCall http)
    {
        // Who comes with a name in the certificate would think to act under it, but calls of the gateway go by token alone.
        if (http.VerifiedClientName is { Length: > 0 } && IsAuthEnabled())
        {
            return http.ErrorAsync(StatusCodes.Status400BadRequest, CommonNameIgnored);
        }

        return WebSocketHandshake.IsAsked(http) ? WebSocketBridge.ServeAsync(http, ServeCallAsync, _logger) : ServeCallAsync(http);
    }

    private async ValueTask ServeCallAsync(HttpCall http)
    {
        var path = http.Path.StartsWith(BetaPrefix, StringComparison.Ordinal) ? http.Path[BetaPrefix.Length..] : http.Path[Prefix.Length..];
        if (!GatewayRoutes.All.TryGetValue(path, out var method))
        {
            await RefuseRouteAsync(http, StatusCodes.Status404NotFound, new GrpcStatus(StatusCode.NotFound, "Not Found"));
            return;
        }

        if (!HttpMethods.IsPost(http.Method))
        {
            var status = new GrpcStatus(StatusCode.Unimplemented, "Method Not Allowed");
            await RefuseRouteAsync(http, StatusCodes.Status405MethodNotAllowed, status);
            return;
        }

        var requests = new JsonBodyReader(http.RequestBody, method, _messages, BodyBytesMax);
        IMessage? first;
        try
        {
            first = await requests.NextAsync(http.Aborted);
        }
        catch (ProtoJsonException error)
        {
            await FailAsync(http, new GrpcStatus(StatusCode.InvalidArgument, error.Message));
            return;
        }
        catch (GrpcStatusException error)
        {
            await FailAsync(http, error.Status);
            return;
        }

        await CallAsync(http, method, first, requests);
    }

    private async ValueTask CallAsync(HttpCall http, MethodDescriptor method, IMessage? first, JsonBodyReader requests)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.Aborted);
        var call = new LoopbackCall(method, MetadataOf(http), http.Connection, ended.Token);
        using var leaving = ended.Token.Register(call.Cancel);
        var running = call.RunAsync(_methods, _options, _logger);
        var sending = SendAsync(call, method, first, requests, ended.Token);
        try
        {
            if (method.IsServerStreaming)
            {
                await RespondStreamAsync(http, call, running);
            }
            else
            {
                await RespondAsync(http, call, running);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await call.EndAsync();
            await running;
            await sending;
        }
    }

    private static async Task SendAsync(
        LoopbackCall call, MethodDescriptor method, IMessage? first, JsonBodyReader requests, CancellationToken ended)
    {
        try
        {
            // A body of nothing is the empty message, but no message of a stream.
            var next = first ?? (method.IsClientStreaming ? null : method.InputType.Parser.ParseFrom(ByteString.Empty));
            while (next is not null && await call.SendAsync(next))
            {
                next = method.IsClientStreaming ? await requests.NextAsync(ended) : null;
            }
        }
        catch (Exception error) when (error is ProtoJsonException or GrpcStatusException or IOException or OperationCanceledException)
        {
            // What came before is served; there is no place for an error in a stream of answers that has begun.
        }

        await call.CompleteRequestsAsync();
    }

    private async ValueTask RespondAsync(HttpCall http, LoopbackCall call, Task running)
    {
        // A method that has begun to answer has nothing to refuse any more.
        if (await call.NextLengthAsync() is var length and > WholeBytesMax)
        {
            BeginAnswer(http);
            await CopyAsync(http, call, length);
            await running;
            return;
        }

        var response = await call.ReceiveAsync();
        await running;
        if (response is null || call.Outcome.Code != StatusCode.OK)
        {
            await FailAsync(http, call.Outcome);
            return;
        }

        http.ResponseHeaders[ContentTypeMetadata] = GrpcType;
        await http.RespondAsync(StatusCodes.Status200OK, JsonType, GatewayJson.Body(response));
    }

    private static async ValueTask CopyAsync(HttpCall http, LoopbackCall call, long length)
    {
        try
        {
            await call.CopyJsonAsync(length, http.ResponseBody);
        }
        catch (GrpcStatusException cut) when (http.Aborted.IsCancellationRequested)
        {
            throw new OperationCanceledException("the client is gone, and so the call ended in the middle of its answer", cut);
        }
    }

    private async ValueTask RespondStreamAsync(HttpCall http, LoopbackCall call, Task running)
    {
        var hasBegun = false;
        while (await call.ReceiveAsync() is { } response)
        {
            if (!hasBegun)
            {
                hasBegun = true;
                BeginAnswer(http);
            }

            GatewayJson.WriteLine(http.ResponseBody, response);
            if ((await http.ResponseBody.FlushAsync()).IsCompleted)
            {
                return;
            }
        }

        await running;
        if (!hasBegun)
        {
            // Headers can be set only before the first line.
            http.SetStatus(_errors.HttpStatusOf(call.Outcome.Code));
            http.ResponseHeaders.ContentType = JsonType;
        }

        if (call.Outcome.Code != StatusCode.OK)
        {
            await http.ResponseBody.WriteAsync(_errors.StreamLine(call.Outcome));
        }
    }

    private static void BeginAnswer(HttpCall http)
    {
        http.SetStatus(StatusCodes.Status200OK);
        http.ResponseHeaders.ContentType = JsonType;
        http.ResponseHeaders[ContentTypeMetadata] = GrpcType;
    }

    private ValueTask FailAsync(HttpCall http, GrpcStatus status)
    {
        if (status.Code == StatusCode.Unauthenticated && _errors.IsSecondGateway)
        {
            http.ResponseHeaders.WWWAuthenticate = status.Message;
        }

        return http.RespondAsync(_errors.HttpStatusOf(status.Code), JsonType, _errors.Body(status));
    }

    private ValueTask RefuseRouteAsync(HttpCall http, int httpStatus, GrpcStatus status)
        => _errors.IsSecondGateway ? FailAsync(http, status) : http.ErrorAsync(httpStatus, status.Message);

    // A token comes as Authorization, which etcd takes for the metadata of the same name and for "token"; web sockets can
    // say it only with the scheme in front.
    private static IHeaderDictionary MetadataOf(HttpCall http)
    {
        IHeaderDictionary metadata = new HeaderDictionary();
        foreach (var (name, value) in http.RequestHeaders)
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                metadata[name[MetadataPrefix.Length..].ToLowerInvariant()] = value;
            }
            else if (name.Equals(TimeoutHeader, StringComparison.OrdinalIgnoreCase))
            {
                metadata[TimeoutHeader] = value;
            }
        }

        if (http.RequestHeaders.Authorization.ToString() is { Length: > 0 } authorization)
        {
            metadata.Authorization = authorization;
            metadata.TryAdd(
                "token", authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..] : authorization);
        }

        return metadata;
    }
}
