using ActorEtcd.Host.Config;
using ActorEtcd.Host.Grpc;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Http;

/// <summary>Every request of the client port: gRPC by its content type over HTTP/2, all else by path.</summary>
internal sealed class FrontDoorApplication(
    GrpcMethodTable methods, GrpcOptions options, HttpAccess access, HttpRouter router, ILogger logger) : IHttpApplication<FrontDoorRequest>
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

    // Against names that are made to lead to this server (CVE-2018-5702); with TLS the certificate is in the way of that.
    private bool IsForUs(HttpCall call)
        => call.Scheme == "https" || access.IsAllowedHost(HostOf(call.RequestHeaders.Host.ToString()));

    private static string HostOf(string authority)
    {
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon >= 0 && authority.IndexOf(']', colon) < 0;
        return (hasPort ? authority[..colon] : authority).Trim('[', ']');
    }

    private void AllowOrigin(HttpCall call)
    {
        string asked = call.RequestHeaders.Origin.ToString();
        if (access.AllowedOrigin(asked.Length == 0 ? null : asked) is { } origin)
        {
            IHeaderDictionary headers = call.ResponseHeaders;
            headers.AccessControlAllowMethods = "POST, GET, OPTIONS, PUT, DELETE";
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowHeaders = "accept, content-type, authorization";
        }
    }

    private async Task ServeHttpAsync(HttpCall call)
    {
        try
        {
            if (!IsForUs(call))
            {
                string host = HostOf(call.RequestHeaders.Host.ToString());
                await call.ErrorAsync(
                    StatusCodes.Status421MisdirectedRequest, $"the host {host} is not one that requests may be addressed to (--host-whitelist)");
                return;
            }

            AllowOrigin(call);
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
