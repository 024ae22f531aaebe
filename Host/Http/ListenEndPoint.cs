using System.Net;

namespace ActorEtcd.Host.Http;

/// <summary>A socket to listen on, in clear text: the protocol is told from a connection's first bytes.</summary>
public sealed record ListenEndPoint(EndPoint Address);
