using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Auth;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;

namespace ActorEtcd.Specs.Apply;

/// <summary>An applier over segments in memory, fed with entries that it numbers itself.</summary>
internal sealed class AppliedStore
{
    public const long Term = 3;

    private static readonly StoreSettings SmallSegments = new() { SegmentCapacity = 4096 };

    public AppliedStore()
        : this(
            new MemorySegmentStorage(),
            new CheckpointManifest(0, 0, RaftConfiguration.Empty, StoreManifest.Empty, ReplicatedStateCodec.Encode(EmptyState)))
    {
    }

    public AppliedStore(MemorySegmentStorage storage, CheckpointManifest manifest)
    {
        Storage = storage;
        Index = manifest.Index;
        Applier = new Applier(
            leases => MvccStore.Recover(storage, leases, SmallSegments, manifest.Store, manifest.Index, manifest.Term),
            StateSegments.Read(manifest, storage),
            manifest.Configuration,
            static _ => true);
    }

    public static ReplicatedState EmptyState { get; } = new(
        MemberTable.Of(7, [new Member(new MemberId(1), "one", ["http://127.0.0.1:2380"], [])]),
        [],
        ImmutableSortedSet<AlarmMember>.Empty);

    public MemorySegmentStorage Storage { get; }

    public Applier Applier { get; }

    public long Index { get; private set; }

    public MvccStore Store => Applier.Store;

    public byte[] StateBytes => ReplicatedStateCodec.Encode(Applier.CaptureState());

    public LogEntry EntryOf(RaftCommand command, long term = Term, AuthInfo? requester = null)
        => new(Index + 1, term, EntryKind.Command, CommandCodec.Encode((ulong)(Index + 1), command, requester));

    public AppliedBatch Apply(params RaftCommand[] commands)
    {
        foreach (var command in commands)
        {
            Apply(EntryOf(command));
        }

        return Applier.Publish(Index, Term);
    }

    public string? Apply(LogEntry entry)
    {
        Index = entry.Index;
        return Applier.Apply(entry);
    }

    /// <summary>What a checkpoint taken now holds, durable.</summary>
    public CheckpointManifest Checkpoint()
        => new(Index, Term, RaftConfiguration.Empty, Storage.Flush(Store.Capture()), StateBytes);

    public static PutRequest Put(string key, string value, long lease = 0)
        => new(Bytes.FromUtf8(key), Bytes.FromUtf8(value), new LeaseId(lease));

    public static DeleteRangeRequest Delete(string key) => new(Bytes.FromUtf8(key));
}
