using System.Net;

namespace ActorEtcd.Host.Http;

/// <summary>The connections of one clear-text port that speak one protocol; Kestrel sees it as an address.</summary>
internal sealed class SniffedEndPoint(ClearTextPort port, SniffedProtocol protocol) : EndPoint
{
    public ClearTextPort Port { get; } = port;

    public SniffedProtocol Protocol { get; } = protocol;

    public override string ToString() => $"{Port.EndPoint}";
}
