using System.Net;
using ActorEtcd.Host.Tls;
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

    // What Kestrel's clock can tell apart; shorter times are raised to it, as gRPC's own server raises them.
    private static readonly TimeSpan KeepAliveMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleMax = TimeSpan.FromDays(3650);

    public static void Apply(KestrelServerOptions settings, FrontDoorOptions options)
    {
        settings.AddServerHeader = false;

        // A target that is a whole URL says which host is meant, whatever the header says.
        settings.AllowHostHeaderOverride = true;
        KestrelServerLimits limits = settings.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        limits.MaxResponseBufferSize = ResponseBufferBytes;

        // An idle client connection stays open until the client, or a failed ping, ends it. Kestrel adds the timeout to its
        // clock: an infinite one overflows, and then every connection that is idle at the next second's tick is closed.
        limits.KeepAliveTimeout = IdleMax;
        limits.Http2.MaxStreamsPerConnection = (int)Math.Clamp(options.MaxConcurrentStreams, 1, int.MaxValue);
        limits.Http2.InitialConnectionWindowSize = 4 * WindowBytes;
        limits.Http2.InitialStreamWindowSize = WindowBytes;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderFieldBytesMax;
        limits.Http2.KeepAlivePingDelay = AtLeast(options.KeepAliveInterval);
        limits.Http2.KeepAlivePingTimeout = AtLeast(options.KeepAliveTimeout);
    }

    public static void ListenClearText(KestrelServerOptions settings, FrontDoorOptions options, ClearTextPort port)
    {
        settings.Listen(port.Http1.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        settings.Listen(port.Http2.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            AuthorityInput.Use(listen);
            PingGuard.Use(listen, options.KeepAliveMinTime);
        });
    }

    /// <summary>Returns the listener, whose address is the bound one once the server has started.</summary>
    public static ListenOptions ListenTls(KestrelServerOptions settings, FrontDoorOptions options, EndPoint address, TlsServer tls)
    {
        ListenOptions? bound = null;
        settings.Listen(address, listen =>
        {
            bound = listen;
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(tls.OptionsForHandshake()),
                HandshakeTimeout = options.TlsHandshakeTimeout,
            });
            TlsClients.Use(listen, tls);
            AuthorityInput.Use(listen, TlsClients.SpeaksHttp2);
            PingGuard.Use(listen, options.KeepAliveMinTime, TlsClients.SpeaksHttp2);
        });
        return bound!;
    }

    private static TimeSpan AtLeast(TimeSpan time)
        => time == Timeout.InfiniteTimeSpan || time >= KeepAliveMin ? time : KeepAliveMin;
}
