using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ActorEtcd.Host.Http;

/// <summary>What the TLS handshake of a connection tells about its client.</summary>
internal static class TlsClients
{
    /// <summary>Puts the verified client's name where calls find it.</summary>
    public static void Use(ListenOptions listen, TlsServer tls)
    {
        if (tls.VerifiesClients)
        {
            listen.Use(static (connection, next) =>
            {
                if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate
                    && VerifiedClient.Of(certificate) is { } client)
                {
                    connection.Features.Set<IVerifiedClient>(client);
                }

                return next();
            });
        }
    }

    public static bool SpeaksHttp2(ConnectionContext connection)
        => connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual("h2"u8) == true;
}
