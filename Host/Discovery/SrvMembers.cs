using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Discovery;

/// <summary>The initial members as SRV records of DNS name them (etcd: <c>pkg/srv</c>).</summary>
internal static class SrvMembers
{
    /// <summary>
    /// Asks for <c>_etcd-server-ssl._tcp</c> and <c>_etcd-server._tcp</c> of the domain. The record that leads where this
    /// member advertises gets its name, the others are numbered.
    /// </summary>
    /// <param name="name">This member's name; null for somebody who is no member.</param>
    /// <exception cref="ConfigException">There are no records, or none is this member's.</exception>
    public static ImmutableArray<InitialMember> Find(string domain, string? suffix, string? name, IReadOnlyList<EtcdUrl> advertised)
    {
        var own = advertised.ToDictionary(static url => AddressOf(url.Host, url.Port), static url => url);
        var parts = new List<string>();
        var failures = new List<string>();
        foreach (var (service, scheme) in new[] { ("etcd-server-ssl", "https"), ("etcd-server", "http") })
        {
            var record = $"_{service}{(string.IsNullOrEmpty(suffix) ? string.Empty : "-" + suffix)}._tcp.{domain}";
            try
            {
                parts.AddRange(PartsOf(SrvQuery.Ask(record), scheme, record, name, own));
            }
            catch (IOException failure)
            {
                failures.Add($"error querying DNS SRV records for {record}: {failure.Message}");
            }
        }

        if (parts.Count == 0)
        {
            throw new ConfigException(string.Join("; ", failures));
        }

        var members = InitialMember.ParseCluster(string.Join(',', parts));
        return name is null || members.Any(member => member.Name == name)
            ? members
            : throw new ConfigException($"cannot find local etcd member \"{name}\" in SRV records");
    }

    private static IEnumerable<string> PartsOf(
        IReadOnlyList<SrvRecord> records, string scheme, string service, string? name, Dictionary<IPEndPoint, EtcdUrl> own)
    {
        // The lists of the two services are numbered each from 0, as etcd does.
        var number = 0;
        foreach (var record in records)
        {
            var isOwn = own.TryGetValue(AddressOf(record.Target, record.Port), out var url);
            if (isOwn && url!.Scheme != scheme)
            {
                throw new IOException(
                    $"bootstrap at {scheme}://{record.Target}:{record.Port} from DNS for {service} has scheme mismatch with expected peer {url}");
            }

            var called = isOwn ? name : number++.ToString(CultureInfo.InvariantCulture);
            yield return $"{called}={scheme}://{record.Target}:{record.Port}";
        }
    }

    private static IPEndPoint AddressOf(string host, int port)
    {
        try
        {
            return new IPEndPoint(IPAddress.TryParse(host, out var address) ? address : Dns.GetHostAddresses(host)[0], port);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new ConfigException($"{host} does not resolve: {failure.Message}");
        }
    }
}
