using System.Globalization;
using Akka.Annotations;

namespace Akka.Discovery.Config;

/// <summary>Reads the services of a section: name { endpoints = ["host:port", "host"] }.</summary>
[InternalApi]
public static class ConfigServicesParser
{
    public static Dictionary<string, ServiceDiscovery.Resolved> Parse(Configuration.Config config) =>
        config.AsEnumerable().ToDictionary(
            service => service.Key,
            service => new ServiceDiscovery.Resolved(
                service.Key,
                config.GetConfig(service.Key).GetStringList("endpoints", []).Select(Target)));

    private static ServiceDiscovery.ResolvedTarget Target(string endpoint)
    {
        var parts = endpoint.Split(':');
        var hasPort = int.TryParse(parts.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        return new ServiceDiscovery.ResolvedTarget(parts[0], hasPort ? port : null);
    }
}
