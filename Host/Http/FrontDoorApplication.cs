using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Http;

/// <summary>Every request of the client port: gRPC by its content type over HTTP/2, all else by path.</summary>
internal sealed class FrontDoorApplication(
    GrpcMethodTable methods, GrpcOptions options, HttpRouter router, ILogger logger) : IHttpApplication<FrontDoorRequest>
{
    private const string GrpcContentType = "application/grpc";

    public FrontDoorRequest CreateContext(IFeatureCollection contextFeatures) =>
        contextFeatures is IHostContextContainer<FrontDoorRequest> container
            ? container.HostContext ??= new FrontDoorRequest(contextFeatures)
            : new FrontDoorRequest(contextFeatures);

    public Task ProcessRequestAsync(FrontDoorRequest context)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Pings?.StreamOpened();
            if (IsGrpc(context.Request))
            {
                return context.Grpc.RunAsync(methods, options, logger);
            }

            if (methods.Find(context.Request.Path) is not null)
            {
                return RefuseContentType(context);
            }
        }

        return ServeHttpAsync(new HttpCall(context.Features));
    }

    public void DisposeContext(FrontDoorRequest context, Exception? exception) => context.Pings?.StreamClosed();

    private static bool IsGrpc(IHttpRequestFeature request)
    {
        string type = request.Headers.ContentType.ToString();
        return type.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase)
            && (type.Length == GrpcContentType.Length || type[GrpcContentType.Length] is '+' or ';');
    }

    private static Task RefuseContentType(FrontDoorRequest context)
    {
        string text = $"invalid gRPC request content-type \"{context.Request.Headers.ContentType}\"";
        context.Grpc.Refuse(StatusCodes.Status415UnsupportedMediaType, new GrpcStatus(StatusCode.InvalidArgument, text));
        return Task.CompletedTask;
    }

    // What etcd answers to browsers unless it is told which origins to allow.
    private static void AllowAllOrigins(IHeaderDictionary headers)
    {
        headers.AccessControlAllowMethods = "POST, GET, OPTIONS, PUT, DELETE";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowHeaders = "accept, content-type, authorization";
    }

    private async Task ServeHttpAsync(HttpCall call)
    {
        try
        {
            AllowAllOrigins(call.ResponseHeaders);
            if (HttpMethods.IsOptions(call.Method))
            {
                return;
            }

            await router.RouteAsync(call);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or BadHttpRequestException)
        {
            logger.LogDebug(error, "the client left {Path}", call.Path);
        }
        catch (Exception error)
        {
            logger.LogError(error, "failed to serve {Path}", call.Path);
            await call.ErrorAsync(StatusCodes.Status500InternalServerError, "Internal Server Error");
        }
    }
}
