using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ActorEtcd.Host.Http;

/// <summary>
/// A socket to listen on. With <paramref name="Tls"/> the protocol is agreed in the handshake; without, it is told from
/// the first bytes.
/// </summary>
public sealed record ListenEndPoint(EndPoint Address, HttpsConnectionAdapterOptions? Tls = null);
