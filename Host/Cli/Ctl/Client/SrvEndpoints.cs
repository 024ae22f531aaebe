using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Discovery;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>The endpoints that a domain's SRV records name: https before http.</summary>
internal static class SrvEndpoints
{
    /// <exception cref="CtlException">DNS answers neither query.</exception>
    /// <param name="warn">Told of those that are left out because they are not secure.</param>
    public static IReadOnlyList<string> Find(string domain, string serviceName, bool acceptsInsecure, Action<string> warn)
    {
        string suffix = serviceName.Length == 0 ? "" : "-" + serviceName;
        var found = new List<string>();
        var failures = new List<string>();
        foreach (var (service, scheme) in new[] { ("etcd-client-ssl", "https"), ("etcd-client", "http") })
        {
            string name = $"_{service}{suffix}._tcp.{domain}";
            try
            {
                found.AddRange(SrvQuery.Ask(name).Select(record => $"{scheme}://{record.Target}:{record.Port}"));
            }
            catch (IOException failure)
            {
                failures.Add($"error querying DNS SRV records for {name}: {failure.Message}");
            }
        }

        if (found.Count == 0)
        {
            throw new CtlException(CtlExit.Error, "dns lookup errors: " + string.Join(" and ", failures));
        }

        if (acceptsInsecure)
        {
            return found;
        }

        foreach (string insecure in found.Where(static endpoint => endpoint.StartsWith("http://", StringComparison.Ordinal)))
        {
            warn($"ignoring discovered insecure endpoint {GoText.Quote(insecure)}");
        }

        return [.. found.Where(static endpoint => endpoint.StartsWith("https://", StringComparison.Ordinal))];
    }
}
