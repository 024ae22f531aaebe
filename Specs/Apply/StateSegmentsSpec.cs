using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.V2;
using ActorEtcd.Wire;
using Xunit;

namespace ActorEtcd.Specs.Apply;

public sealed class StateSegmentsSpec
{
    private const long Index = 42;
    private static readonly ApplySettings Settings = new(SnapshotCount: 1) { StateInlineBytesMax = 10_000, StateSegmentBytes = 2_000 };

    private readonly MemorySegmentStorage _storage = new();

    public static ReplicatedState Large(int nodes = 200)
    {
        var store = new V2Store(V2State.Initial);
        for (int i = 0; i < nodes; i++)
        {
            Assert.Null(store.Apply(new V2Request(V2Request.Put, $"/1/{i % 7}/{i}")
            {
                Value = new string('x', i),
                ExpiresAt = i % 3 == 0 ? 2_000_000_000L * 1_000_000_000 : V2Node.Never,
            }).Error);
        }

        // Larger than a segment is: it takes one of its own.
        Assert.Null(store.Apply(new V2Request(V2Request.Put, "/1/large") { Value = new string('y', 5_000) }).Error);
        return AppliedStore.EmptyState with
        {
            V2 = store.Capture(),
            Leases = [.. Enumerable.Range(1, 300).Select(static id => new LeaseRecord(new LeaseId(id), 60, id % 60))],
        };
    }

    [Fact]
    public void Large_state_lies_in_bounded_segments_and_comes_back_from_the_disk()
    {
        ReplicatedState state = Large();
        CheckpointManifest manifest = StateSegments.Write(Manifest(), state, _storage, Settings);

        ImmutableArray<SegmentInfo> segments = manifest.Store.StateSegments;
        Assert.InRange(segments.Length, 10, 1_000);
        Assert.All(segments, static info => Assert.True(info.IsState && info.IsSealed));
        Assert.Equal(2, segments.Count(static info => info.Length > 4_000));
        Assert.InRange(manifest.State.Length, 1, 1_000);
        ReplicatedState read = StateSegments.Read(manifest, _storage.Crash());
        Assert.Equal(ReplicatedStateCodec.Encode(state), ReplicatedStateCodec.Encode(read));
        Assert.Equal(state.V2.Sum, read.V2.Sum);
    }

    [Fact]
    public void Small_state_lies_in_the_manifest()
    {
        ReplicatedState state = Large(nodes: 2) with { Leases = [], V2 = V2State.Initial };

        CheckpointManifest manifest = StateSegments.Write(Manifest(), state, _storage, Settings);

        Assert.Empty(manifest.Store.StateSegments);
        Assert.Empty(_storage.Ids);
        Assert.Equal(ReplicatedStateCodec.Encode(state), manifest.State.ToArray());
    }

    [Fact]
    public void Without_its_segments_a_large_state_is_refused_and_not_taken_for_an_empty_one()
    {
        CheckpointManifest manifest = StateSegments.Write(Manifest(), Large(), _storage, Settings);

        // As a member of an earlier version reads it.
        Assert.Throws<MalformedMessageException>(() => ReplicatedStateCodec.Decode(manifest.State.Memory));
        Assert.Throws<SegmentDamagedException>(() => StateSegments.Read(manifest, new MemorySegmentStorage()));
        CheckpointManifest wrong = manifest with
        {
            Store = manifest.Store with { StateSegments = manifest.Store.StateSegments.SetItem(3, manifest.Store.StateSegments[3] with { Crc = 1 }) },
        };
        Assert.Throws<SegmentDamagedException>(() => StateSegments.Read(wrong, _storage));
    }

    [Fact]
    public void Nothing_is_left_of_what_had_no_room()
    {
        _storage.FlushesUntilFailure = 4;
        _storage.FlushFailure = new SegmentWriteException("5.seg", new IOException("no space left on device")) { IsNoSpace = true };

        Assert.Throws<SegmentWriteException>(() => StateSegments.Write(Manifest(), Large(), _storage, Settings));

        Assert.Empty(_storage.Ids);
    }

    private static CheckpointManifest Manifest() => new(Index, 1, RaftConfiguration.Empty, StoreManifest.Empty, Bytes.Empty);
}
