using System.Text;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.Configuration;

namespace ActorEtcd.Specs.Client;

/// <summary>Whole nodes, alone in their cluster, over a journal and segments in memory.</summary>
public abstract class NodeSpecBase : PatientTestKit
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private protected static readonly MemberId Self = new(0xabc);

    private static readonly Config InMemory = ConfigurationFactory.ParseString(
        """
        akka.loglevel = INFO
        akka.stdout-loglevel = OFF
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """);

    private readonly TaskCompletionSource<string> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _fatalCount;

    protected NodeSpecBase(string config = "")
        : base(ConfigurationFactory.ParseString(config).WithFallback(InMemory).WithFallback(EtcdConfig.Default()))
    {
        var members = MemberTable.Of(7, [new Member(Self, string.Empty, ["http://127.0.0.1:2380"], [])]);
        Settings = NodeSettings.Alone(Self, new ReplicatedState(members, [], []), TimeSpan.FromMilliseconds(200)) with
        {
            Segments = Segments,
            OnFatal = reason =>
            {
                Interlocked.Increment(ref _fatalCount);
                _fatal.TrySetResult(reason);
            },
        };
    }

    protected EtcdSettings Settings { get; set; }

    protected MemorySegmentStorage Segments { get; } = new();

    protected IActorRef Root { get; private set; } = ActorRefs.Nobody;

    /// <summary>How often a node said that it cannot go on.</summary>
    protected int FatalCount => Volatile.Read(ref _fatalCount);

    protected async Task<EtcdNode> StartAsync()
    {
        var started = new Pending<EtcdNode>();

        // The name of a former node is free a moment after those who watched it heard of its end.
        AwaitAssert(() => Root = Sys.ActorOf(EtcdActor.Props(Settings, started), EtcdActor.Name), Patience);
        return await started.Completion.AsTask().WaitAsync(Patience);
    }

    /// <summary>Ends the node; a next one finds what this one made durable.</summary>
    protected void Stop()
    {
        Watch(Root);
        Sys.Stop(Root);
        ExpectTerminated(Root, Patience);
    }

    protected Task<string> FatalReasonAsync() => _fatal.Task.WaitAsync(Patience);

    protected static PutRequest PutOf(string key, string value, LeaseId lease = default)
        => new(Bytes.FromUtf8(key), Bytes.FromUtf8(value), lease);

    protected static RangeRequest All { get; } = new() { Key = new byte[1], RangeEnd = new byte[1] };

    protected static async Task<string[]> ContentAsync(EtcdNode node)
        => [.. (await node.RangeAsync(All)).Kvs.Select(Describe)];

    private static string Describe(ReadOnlyMemory<byte> record)
    {
        var kv = KeyValue.Parse(record.Span);
        return $"{Encoding.UTF8.GetString(kv.Key)}={Encoding.UTF8.GetString(kv.Value)}";
    }
}
