using System.Globalization;
using System.Net;
using ActorEtcd.Auth;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.Discovery;

namespace ActorEtcd.Client;

/// <summary>
/// An Akka.Discovery method over the keys of this system's node, <c>akka.discovery.method = etcd</c>: each instance of a
/// service is a key <c>prefix/service/instance</c>, or <c>prefix/service/port name/instance</c>, with the value
/// <c>host:port</c>. A key with a lease makes an instance that goes with its process.
/// </summary>
public sealed class EtcdServiceDiscovery : ServiceDiscovery
{
    private readonly Etcd _etcd;
    private readonly string _prefix;

    public EtcdServiceDiscovery(ExtendedActorSystem system, Akka.Configuration.Config config)
    {
        _etcd = Etcd.Get(system);
        _prefix = config.GetString("prefix", "/akka/discovery/");
    }

    public override async Task<Resolved> Lookup(Lookup lookup, TimeSpan resolveTimeout)
    {
        var found = await RangeAsync($"{PathOf(lookup.ServiceName, lookup.PortName)}/").WaitAsync(resolveTimeout).ConfigureAwait(false);
        return new Resolved(lookup.ServiceName, found.Kvs.Select(static record => Parse(record)).OfType<ResolvedTarget>().Distinct());
    }

    /// <summary>Makes an instance of a service known for as long as the lease lives; without one until its key is deleted.</summary>
    public async Task RegisterAsync(string service, string instance, ResolvedTarget target, LeaseId lease = default, string? portName = null)
    {
        var node = await _etcd.Node.ConfigureAwait(false);
        var value = target.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{target.Host}:{port}") : target.Host;
        await node.PutAsync(
            new PutRequest(Bytes.FromUtf8($"{PathOf(service, portName)}/{instance}"), Bytes.FromUtf8(value), lease), Credentials.Internal)
            .ConfigureAwait(false);
    }

    // Keys are text here: what has the last byte of a path raised by one, '/' to '0', is the first that is not below it.
    private async Task<RangeResult> RangeAsync(string prefix)
    {
        var node = await _etcd.Node.ConfigureAwait(false);
        var request = new RangeRequest { Key = Bytes.FromUtf8(prefix), RangeEnd = Bytes.FromUtf8(prefix[..^1] + '0') };
        return await node.RangeAsync(request, Credentials.Internal).ConfigureAwait(false);
    }

    private string PathOf(string service, string? portName) => portName is null ? _prefix + service : $"{_prefix}{service}/{portName}";

    // What anybody may have put there: a value that is no host is no instance.
    private static ResolvedTarget? Parse(ReadOnlyMemory<byte> record)
    {
        var text = System.Text.Encoding.UTF8.GetString(KeyValue.Parse(record.Span).Value);
        var colon = text.LastIndexOf(':');
        var hasPort = colon > 0 && text.IndexOf(']', colon) < 0 && (text.IndexOf(':') == colon || text[colon - 1] == ']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int? port = null;
        if (hasPort)
        {
            if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            port = number;
        }

        return Uri.CheckHostName(host) == UriHostNameType.Unknown
            ? null
            : new ResolvedTarget(host, port, IPAddress.TryParse(host, out var address) ? address : null);
    }
}
