using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Host.Config;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Raft;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Who this member is and with whom it begins: from its data when it has any, otherwise from the configuration and, when it
/// joins, from the cluster that runs.
/// </summary>
/// <param name="Self">This member's id.</param>
/// <param name="State">The state that its log builds on.</param>
/// <param name="Configuration">The Raft group that its log builds on.</param>
/// <param name="Entries">What its log begins with.</param>
/// <param name="Known">The members as far as known, and where they are.</param>
/// <param name="PeerUrl">Where the others find this member.</param>
/// <param name="IsNew">Whether the member starts for the first time.</param>
public sealed record Bootstrap(
    MemberId Self,
    ReplicatedState State,
    RaftConfiguration Configuration,
    ImmutableArray<LogEntry> Entries,
    MemberTable Known,
    EtcdUrl PeerUrl,
    bool IsNew)
{
    /// <summary>How long a member of a running cluster may take to tell who is there (etcd: 10 s when joining, 1 s otherwise).</summary>
    private static readonly TimeSpan JoinAnswerWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    public ulong ClusterId => State.Members.ClusterId;

    /// <exception cref="ConfigException">A new member's configuration does not fit together, or not to the running cluster.</exception>
    /// <exception cref="DataDirException">The data is another's, or unreadable.</exception>
    /// <exception cref="MemberRemovedException">The cluster has removed this member.</exception>
    public static async Task<Bootstrap> LoadAsync(ServerOptions options, DataDirectory directory)
    {
        if (directory.Metadata is { } metadata)
        {
            return await RestartAsync(options, directory, metadata);
        }

        return options.IsJoining ? await JoinAsync(options, directory) : await BeginAsync(options, directory);
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

    private static async Task<Bootstrap> BeginAsync(ServerOptions options, DataDirectory directory)
    {
        var (self, first) = MembersOf(
            options.InitialCluster, options.Name, options.AdvertisePeerUrls, options.InitialClusterToken);
        var peerUrl = options.AdvertisePeerUrls[0];
        await using (var running = new RunningCluster(options, peerUrl))
        {
            // A member that has lost its data has forgotten its votes: it may only come back as a new one.
            var told = await running.AskAsync(OtherPeerUrls(options), AnswerWithin);
            if (told?.Members.Any(member => member.Id == self && !member.ClientUrls.IsEmpty) == true)
            {
                throw new ConfigException($"member {self} has already been bootstrapped");
            }
        }

        return FirstStart(options, directory, self, peerUrl, new MembersFile(HasJoined: false, first, first));
    }

    private static async Task<Bootstrap> JoinAsync(ServerOptions options, DataDirectory directory)
    {
        var peerUrl = ServerOptionsReader.CheckJoin(options).PeerUrls[0];
        MembersTold? told;
        await using (var running = new RunningCluster(options, peerUrl))
        {
            told = await running.AskAsync(OtherPeerUrls(options), JoinAnswerWithin);
        }

        if (told is null)
        {
            throw new ConfigException(
                "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs");
        }

        var self = await JoinCheck.FindSelfAsync(options, told);
        if (MinorOf(told.Version) > MinorOf(options.CompatVersion))
        {
            throw new ConfigException("incompatible with current running cluster");
        }

        var members = MemberTable.Of(told.ClusterId, told.Members) with { Removed = [.. told.Removed] };
        return FirstStart(options, directory, self, peerUrl, new MembersFile(HasJoined: true, members, members));
    }

    private static Bootstrap FirstStart(
        ServerOptions options, DataDirectory directory, MemberId self, EtcdUrl peerUrl, MembersFile file)
    {
        file.Write(directory);
        directory.Initialize(new DataDirMetadata(file.First.ClusterId, self.Value, options.Name));
        return Of(self, file, peerUrl, isNew: true);
    }

    private static async Task<Bootstrap> RestartAsync(ServerOptions options, DataDirectory directory, DataDirMetadata metadata)
    {
        var self = new MemberId(metadata.MemberId);
        var file = MembersFile.Read(directory);
        var known = options.ForceNewCluster ? file.Known : await RefreshAsync(options, file.Known, self);
        return known.IsRemoved(self)
            ? throw new MemberRemovedException()
            : Of(self, file with { Known = known }, OwnUrl(known, self, options), isNew: false);
    }

    /// <summary>
    /// A member that moved was perhaps given its new URL while it was away. Only the others know, and they have to be asked
    /// first: Akka takes no messages for any other address than the one that it started with.
    /// </summary>
    private static async Task<MemberTable> RefreshAsync(ServerOptions options, MemberTable known, MemberId self)
    {
        var url = OwnUrl(known, self, options);
        var listen = options.ListenPeerUrls[0];
        var hasMoved = options.AdvertisesPeerUrls ? options.AdvertisePeerUrls[0] != url : listen.Port != url.Port;
        if (!hasMoved || known.Members.Count < 2)
        {
            return known;
        }

        await using var running = new RunningCluster(options, options.AdvertisesPeerUrls ? options.AdvertisePeerUrls[0] : listen);
        var others = known.Members.Values.Where(member => member.Id != self).SelectMany(static member => member.PeerUrls);
        var told = await running.AskAsync(others, AnswerWithin);
        return told?.ClusterId == known.ClusterId
            ? MemberTable.Of(told.ClusterId, told.Members) with { Removed = [.. told.Removed] }
            : known;
    }

    private static Bootstrap Of(MemberId self, MembersFile file, EtcdUrl peerUrl, bool isNew) => new(
        self,
        new ReplicatedState(MemberTable.Of(file.First.ClusterId, []), [], []),
        RaftConfiguration.Empty,
        file.HasJoined ? [] : InitialLog.EntriesOf(file.First.Members.Values),
        file.Known,
        peerUrl,
        isNew);

    private static EtcdUrl OwnUrl(MemberTable known, MemberId self, ServerOptions options)
        => known.Find(self) is { PeerUrls: [var first, ..] } ? EtcdUrl.Parse(first) : options.AdvertisePeerUrls[0];

    private static IEnumerable<string> OtherPeerUrls(ServerOptions options) => options.InitialCluster
        .Where(member => member.Name != options.Name)
        .SelectMany(static member => member.PeerUrls)
        .Select(static url => url.ToString())
        .Order(StringComparer.Ordinal);

    private static Version MinorOf(string version)
        => Version.TryParse(version, out var parsed) ? new Version(parsed.Major, parsed.Minor) : new Version(0, 0);

    private static Member MemberOf(InitialMember member, string token)
    {
        var urls = member.PeerUrls.Select(static url => url.ToString()).ToImmutableArray();
        return new Member(ClusterIdentity.MemberId(urls, token), member.Name, urls, ClientUrls: []);
    }
}
