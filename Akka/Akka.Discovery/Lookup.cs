using System.Text.RegularExpressions;
using Akka.Actor;

namespace Akka.Discovery;

/// <summary>What is looked for: a service, and of its ports which one. A method may overlook what it has no use for.</summary>
public partial class Lookup : INoSerializationVerificationNeeded, IEquatable<Lookup>
{
    public Lookup(string serviceName, string portName = null, string protocol = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(serviceName);
        ServiceName = serviceName;
        PortName = portName;
        Protocol = protocol;
    }

    public string ServiceName { get; }

    public string PortName { get; }

    public string Protocol { get; }

    /// <summary>Reads _port._protocol.service.name.</summary>
    public static Lookup ParseSrv(string srv)
    {
        ArgumentNullException.ThrowIfNull(srv);
        var match = Srv().Match(srv);
        return match.Success && DomainName().IsMatch(match.Groups[3].Value)
            ? new Lookup(match.Groups[3].Value, match.Groups[1].Value, match.Groups[2].Value)
            : throw new ArgumentException($"Unable to create Lookup from passed SRV string, invalid format: {srv}", nameof(srv));
    }

    public static bool IsValid(string srv)
    {
        var match = string.IsNullOrEmpty(srv) ? Match.Empty : Srv().Match(srv);
        return match.Success && DomainName().IsMatch(match.Groups[3].Value);
    }

    public Lookup WithPortName(string portName) => Copy(portName: portName);

    public Lookup WithProtocol(string protocol) => Copy(protocol: protocol);

    public Lookup Copy(string serviceName = null, string portName = null, string protocol = null) =>
        new(serviceName ?? ServiceName, portName ?? PortName, protocol ?? Protocol);

    public bool Equals(Lookup other) =>
        other is not null && ServiceName == other.ServiceName && PortName == other.PortName && Protocol == other.Protocol;

    public override bool Equals(object obj) => Equals(obj as Lookup);

    public override int GetHashCode() => HashCode.Combine(ServiceName, PortName, Protocol);

    public override string ToString() => $"Lookup({ServiceName}, {PortName}, {Protocol})";

    [GeneratedRegex(@"^_([^.]+)\._([^.]+)\.(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Srv();

    // Labels of letters, digits and inner hyphens, at most 63 long, that begin with a letter.
    [GeneratedRegex(@"^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex DomainName();
}
