using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Host.Config;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;

namespace ActorEtcd.Host.Server;

/// <summary>Who this member is and with whom it began: from its data when it has any, otherwise from the configuration.</summary>
/// <param name="Self">This member's id.</param>
/// <param name="State">The state that its log builds on.</param>
/// <param name="IsNew">Whether the member starts for the first time.</param>
public sealed record Bootstrap(MemberId Self, ReplicatedState State, bool IsNew)
{
    public ulong ClusterId => State.Members.ClusterId;

    /// <exception cref="ConfigException">A new member's configuration does not fit together.</exception>
    /// <exception cref="DataDirException">The data is another's, or unreadable.</exception>
    public static Bootstrap Load(ServerOptions options, DataDirectory directory)
    {
        if (directory.Metadata is { } metadata)
        {
            var state = InitialMembersFile.Read(directory);
            return new Bootstrap(new MemberId(metadata.MemberId), state, IsNew: false);
        }

        if (options.IsJoining)
        {
            throw new ConfigException("joining a running cluster (--initial-cluster-state existing) is not possible with this version");
        }

        var (self, members) = MembersOf(
            options.InitialCluster, options.Name, options.AdvertisePeerUrls, options.InitialClusterToken);
        var bootstrap = new Bootstrap(self, new ReplicatedState(members, [], []), IsNew: true);
        InitialMembersFile.Write(directory, bootstrap.State);
        directory.Initialize(new DataDirMetadata(members.ClusterId, self.Value, options.Name));
        return bootstrap;
    }

    /// <summary>The members of a new cluster, and which of them has the name.</summary>
    /// <exception cref="ConfigException">None has, or one that advertises other URLs.</exception>
    public static (MemberId Self, MemberTable Members) MembersOf(
        ImmutableArray<InitialMember> cluster, string name, IReadOnlyList<EtcdUrl> advertisePeerUrls, string token)
    {
        ServerOptionsReader.CheckBootstrap(cluster, name, advertisePeerUrls);
        var members = cluster.Select(member => MemberOf(member, token)).ToArray();
        var self = members.Single(member => member.Name == name).Id;
        var clusterId = ClusterIdentity.ClusterId(members.Select(static member => member.Id));

        // Until a member tells its name itself it has none, as in etcd's member list.
        var unstarted = members.Select(static member => member with { Name = string.Empty });
        return (self, MemberTable.Of(clusterId, unstarted));
    }

    private static Member MemberOf(InitialMember member, string token)
    {
        var urls = member.PeerUrls.Select(static url => url.ToString()).ToImmutableArray();
        return new Member(ClusterIdentity.MemberId(urls, token), member.Name, urls, ClientUrls: []);
    }
}
