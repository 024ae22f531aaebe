using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ActorEtcd.Host.Http;

/// <summary>Kestrel's settings, so that it limits no more than etcd does.</summary>
internal static class KestrelSettings
{
    private const int WindowBytes = 1024 * 1024;
    private const int HeaderBytesMax = 1024 * 1024;
    private const int HeaderFieldBytesMax = 256 * 1024;
    private const int ResponseBufferBytes = 256 * 1024;

    public static KestrelServerOptions Create(FrontDoorOptions options)
    {
        var settings = new KestrelServerOptions
        {
            AddServerHeader = false,
            ApplicationServices = NoServices.Instance,
        };
        KestrelServerLimits limits = settings.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        limits.MaxResponseBufferSize = ResponseBufferBytes;

        // An idle client connection stays open until the client, or a failed ping, ends it.
        limits.KeepAliveTimeout = Timeout.InfiniteTimeSpan;
        limits.Http2.MaxStreamsPerConnection = (int)Math.Clamp(options.MaxConcurrentStreams, 1, int.MaxValue);
        limits.Http2.InitialConnectionWindowSize = 4 * WindowBytes;
        limits.Http2.InitialStreamWindowSize = WindowBytes;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderFieldBytesMax;
        limits.Http2.KeepAlivePingDelay = options.KeepAliveInterval;
        limits.Http2.KeepAlivePingTimeout = options.KeepAliveTimeout;
        return settings;
    }

    public static void ListenClearText(KestrelServerOptions settings, ClearTextPort port)
    {
        settings.Listen(port.Http1.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        settings.Listen(port.Http2.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>Returns where to read the bound address once the server has started.</summary>
    public static Func<EndPoint> ListenTls(
        KestrelServerOptions settings, EndPoint address, HttpsConnectionAdapterOptions tls)
    {
        ListenOptions? bound = null;
        settings.Listen(address, listen =>
        {
            bound = listen;
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(tls);
        });
        return () => bound?.EndPoint ?? address;
    }

    /// <summary>Kestrel asks for optional services only.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
