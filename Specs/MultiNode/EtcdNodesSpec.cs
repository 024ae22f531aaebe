using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Raft;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.Remote.TestKit;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>
/// Members of a cluster, each in a process of its own with its own files, over real remoting. The conductor's faults are the
/// only ones; a client beside each node works all the while.
/// </summary>
public abstract partial class EtcdNodesSpec : MultiNodeSpec
{
    protected static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(100);
    protected static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(1200);
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    private readonly EtcdNodesConfig _config;
    private readonly TaskCompletionSource<string> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatchLog _watch = new();
    private readonly IActorRef _board;
    private CountingSegments? _segments;
    private EtcdNode? _etcd;
    private NodeClient? _client;

    protected EtcdNodesSpec(EtcdNodesConfig config, Type type)
        : base(config, type)
    {
        _config = config;
        _board = Sys.ActorOf(Props.Create(() => new BoardActor()), BoardActor.Name);
    }

    protected override int InitialParticipantsValueFactory => Roles.Count;

    /// <summary>The role that conducts.</summary>
    protected RoleName Conductor => Roles[0];

    protected ImmutableList<RoleName> Members => _config.Members;

    protected EtcdNode Etcd => _etcd ?? throw new InvalidOperationException($"{Myself.Name} runs no member");

    private protected NodeClient Client => _client ?? throw new InvalidOperationException($"{Myself.Name} has no client");

    /// <summary>Bytes of segments that this member has fetched from others.</summary>
    protected long FetchedBytes => _segments?.Fetched ?? 0;

    /// <summary>Completes when this member was removed.</summary>
    protected Task Removed => _removed.Task;

    protected virtual ApplySettings ApplySettings { get; } = new(10_000);

    protected virtual int CatchUpEntries => 5000;

    protected MemberId IdOf(RoleName role) => _config.IdOf(role);

    protected RoleName RoleOf(MemberId member) => _config.RoleOf(member);

    protected RoleName[] Others(RoleName role) => [.. Members.Where(other => other != role)];

    /// <summary>Starts the cluster's first members, a client at each, and a watch of everything from the beginning.</summary>
    protected async Task StartAsync()
    {
        // One after the other, so that no two nodes call each other at once: the genuine transport may be left with none
        // of the two connections.
        foreach (var caller in Roles)
        {
            await RunOnAsync(() => CallAsync(caller), caller);
            EnterBarrier("called");
        }

        await RunOnAsync(() => StartMemberAsync(joins: false), [.. Members]);
        EnterBarrier("started");
        await RunOnAsync(() => ProgressAsync(5), [.. Members]);
        EnterBarrier("at work");
    }

    private async Task CallAsync(RoleName caller)
    {
        foreach (var role in Roles.Where(role => role != caller))
        {
            await TellAsync(role, $"call of {caller.Name}", "hello");
        }
    }

    protected async Task StartMemberAsync(bool joins)
    {
        PeerTraffic.Get(Sys).ClusterId = EtcdNodesConfig.ClusterId;
        var started = new Pending<EtcdNode>();
        Sys.ActorOf(EtcdActor.Props(SettingsOf(joins), started), EtcdActor.Name);
        _etcd = await started.Completion.AsTask().WaitAsync(Patience);
        var stream = await _etcd.OpenWatchStreamAsync(_watch);
        stream.Tell(new CreateWatch(new WatchRange(new byte[1], new byte[1])) { StartRevision = WatchLog.FirstRevision });
        _client = new NodeClient(_etcd, Myself.Name);
        _client.Start();
    }

    protected override void AfterTermination()
    {
        if (Directory.Exists(EtcdNodesConfig.DataPath))
        {
            Directory.Delete(EtcdNodesConfig.DataPath, recursive: true);
        }
    }

    // Peers are found by what the conductor knows of the nodes: a peer URL has no place for adapters.
    private PeerAddresses PeersOf() => new(Roles.ToImmutableDictionary(IdOf, role => Node(role).Address));

    private EtcdSettings SettingsOf(bool joins)
    {
        var self = IdOf(Myself);
        var segments = Directory.CreateDirectory(Path.Combine(EtcdNodesConfig.DataPath, "segments")).FullName;
        _segments = new CountingSegments(new FileSegmentStorage(segments));
        return new EtcdSettings
        {
            Raft = new RaftSettings
            {
                Id = self,
                InitialConfiguration = RaftConfiguration.Empty,
                HeartbeatInterval = HeartbeatInterval,
                ElectionTimeout = ElectionTimeout,
                CatchUpEntries = CatchUpEntries,
                RandomSeed = CommandLine.GetInt32OrDefault("multinode.seed", Environment.ProcessId) + Roles.IndexOf(Myself),
            },
            Bootstrap = new ReplicatedState(MemberTable.Of(EtcdNodesConfig.ClusterId, []), [], []),
            BootstrapEntries = joins ? [] : InitialLog.EntriesOf(Members.Select(MemberOf)),
            StrictReconfigurationCheck = false,
            Peers = PeersOf(),
            Segments = _segments,
            Watch = new WatchSettings(TimeSpan.FromMinutes(10), 1024 * 1024),
            Lease = new LeaseSettings(self, ElectionTimeout, RequestTimeout),
            Gateway = new GatewaySettings(RequestTimeout, ElectionTimeout, TimeSpan.FromMilliseconds(20)),
            Apply = ApplySettings,
            RequestIds = new RequestIds(self, TimeProvider.System.GetUtcNow()),
            OnFatal = reason => _fatal.TrySetResult(reason),
            OnRemoved = () => _removed.TrySetResult(),
        };
    }

    protected Member MemberOf(RoleName role) => new(IdOf(role), string.Empty, [], []);
}
