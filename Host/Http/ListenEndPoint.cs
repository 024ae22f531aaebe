using System.Net;
using ActorEtcd.Host.Tls;

namespace ActorEtcd.Host.Http;

/// <summary>
/// A socket to listen on. In clear text, without <paramref name="Tls"/>, the protocol is told from a connection's first
/// bytes; with TLS it is negotiated.
/// </summary>
public sealed record ListenEndPoint(EndPoint Address, TlsServer? Tls = null);
