using System.Collections.Immutable;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Logging;
using ActorEtcd.Members;

namespace ActorEtcd.Host.Discovery;

/// <summary>Finds out the initial members of a member without data, when flags do not name them.</summary>
public static class InitialMembers
{
    /// <summary>The options, with the initial members and their token as they were found.</summary>
    /// <exception cref="ClusterFullException">The cluster of the token is complete without this member.</exception>
    /// <exception cref="ConfigException">They cannot be found.</exception>
    public static async Task<ServerOptions> FindAsync(ServerOptions options, LogWriter log, CancellationToken cancellation)
    {
        if (options.Discovery is not { } discovery || Directory.Exists(Path.Combine(options.DataDirectory, "member")))
        {
            return options;
        }

        if (discovery.SrvDomain is { } domain)
        {
            var found = SrvMembers.Find(domain, discovery.SrvName, options.Name, options.AdvertisePeerUrls);
            Tell(log, found);
            return options with { InitialCluster = found };
        }

        var token = discovery.Url ?? discovery.Token!;
        var id = ClusterIdentity.MemberId(options.AdvertisePeerUrls.Select(static url => url.ToString()), token).ToString();
        var text = string.Join(',', options.AdvertisePeerUrls.Select(url => $"{options.Name}={url}"));
        await using var registry = Open(discovery);
        var members = await new Meeting(registry, log, Task.Delay).JoinAsync(id, text, cancellation);
        Tell(log, members);
        return options with { InitialCluster = members, InitialClusterToken = token };
    }

    /// <summary>The members for somebody who is none, such as a proxy.</summary>
    /// <exception cref="ConfigException">They cannot be found.</exception>
    public static async Task<ImmutableArray<InitialMember>> LookAsync(
        ServerOptions options, LogWriter log, CancellationToken cancellation)
    {
        switch (options.Discovery)
        {
            case null: return options.InitialCluster;
            case { SrvDomain: { } domain }:
                return SrvMembers.Find(domain, options.Discovery.SrvName, name: null, []);
            default:
                await using (var registry = Open(options.Discovery))
                {
                    return await new Meeting(registry, log, Task.Delay).LookAsync(cancellation);
                }
        }
    }

    private static IRegistry Open(DiscoveryOptions discovery)
        => discovery.Url is { } url ? new V2Registry(url, discovery.HttpProxy) : new V3Registry(discovery);

    private static void Tell(LogWriter log, ImmutableArray<InitialMember> members) => log.Write(
        LogSeverity.Info,
        "discovery",
        "found the initial members",
        ("initial-cluster", string.Join(',', members.SelectMany(static one => one.PeerUrls.Select(url => $"{one.Name}={url}")))));
}
