using ActorEtcd.Apply;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Store;

public sealed class SegmentsActorSpec : PatientTestKit
{
    private static readonly StoreSettings Small = new() { SegmentCapacity = 4000 };
    private static readonly RangeRequest Everything = new() { Key = new byte[1], RangeEnd = new byte[1] };

    private static readonly SegmentTransferSettings Settings = new()
    {
        ChunkBytes = 300,
        Window = 3,
        ReplyTimeout = TimeSpan.FromMilliseconds(200),
        AttemptsMax = 4,
    };

    private readonly string _leaderDirectory = Directory.CreateTempSubdirectory("leader").FullName;
    private readonly string _followerDirectory = Directory.CreateTempSubdirectory("follower").FullName;
    private readonly FileSegmentStorage _leader;
    private readonly FileSegmentStorage _follower;
    private readonly MvccStore _store;

    public SegmentsActorSpec()
    {
        _leader = new FileSegmentStorage(_leaderDirectory);
        _follower = new FileSegmentStorage(_followerDirectory);
        _store = new MvccStore(_leader, new AllLeases(), Small);
    }

    [Fact]
    public void Fetched_checkpoint_opens_as_the_same_store()
    {
        var manifest = Checkpoint(puts: 200);
        var fetched = Fetch(manifest, Leader());

        var copy = MvccStore.Recover(_follower, new AllLeases(), Small, fetched.Store, 1, 1);
        Assert.Equal(_store.View.HashKv(0), copy.View.HashKv(0));
        Assert.Equal(Texts(_store.View), Texts(copy.View));
    }

    [Fact]
    public void Large_replicated_state_comes_along_in_chunks()
    {
        var settings = new ApplySettings(SnapshotCount: 1) { StateInlineBytesMax = 10_000, StateSegmentBytes = 2_000 };
        var state = StateSegmentsSpec.Large();
        var manifest = StateSegments.Write(Checkpoint(puts: 20), state, _leader, settings);

        var fetched = Fetch(manifest, Leader());

        var read = StateSegments.Read(fetched, _follower);
        Assert.Equal(ReplicatedStateCodec.Encode(state), ReplicatedStateCodec.Encode(read));
        _follower.DeleteOrphans(fetched.Store);
        Assert.Equal(fetched.Store.AllSegments.Count(), Directory.EnumerateFiles(_followerDirectory).Count());
        MvccStore.Recover(_follower, new AllLeases(), Small, fetched.Store, 1, 1);
    }

    [Fact]
    public void Second_checkpoint_needs_only_what_is_new()
    {
        var source = Leader();
        var first = Fetch(Checkpoint(puts: 200), source);
        MvccStore.Recover(_follower, new AllLeases(), Small, first.Store, 1, 1);

        var counting = ActorOf(Relay.Props(source, drop: static _ => false), "counting");
        var manifest = Checkpoint(puts: 50);
        Fetch(manifest, counting);
        counting.Tell(Relay.Count.Instance);

        // The last segment of the first checkpoint has grown since, so it comes again in whole.
        var lacking = manifest.Store.Segments.Where(info => first.Store.Segments.All(own => !own.HasSameContent(info)));
        var chunks = lacking.Sum(info => (info.Length + Settings.ChunkBytes - 1) / Settings.ChunkBytes);
        Assert.Equal(chunks, ExpectMsg<int>());
    }

    [Fact]
    public void Lost_messages_are_asked_for_again()
    {
        var manifest = Checkpoint(puts: 100);
        var random = new Random(3);
        var lossy = ActorOf(Relay.Props(Leader(), drop: _ => random.Next(6) == 0));

        var fetched = Fetch(manifest, lossy);
        Assert.Equal(manifest.Store.Revision, fetched.Store.Revision);
        MvccStore.Recover(_follower, new AllLeases(), Small, fetched.Store, 1, 1);
    }

    [Fact]
    public void Silent_source_fails_the_fetch_and_the_next_one_goes_on_where_it_stopped()
    {
        var manifest = Checkpoint(puts: 100);
        var source = Leader();
        var received = 0;
        var breaking = ActorOf(Relay.Props(source, drop: m => m is ReadSegmentChunk && ++received > 20));
        var segments = ActorOf(SegmentsActor.Props(_follower, Settings, new ViewSource(_store.View)));

        segments.Tell(new FetchCheckpoint(manifest, breaking));
        var failed = ExpectMsg<CheckpointFetchFailed>();
        Assert.Same(manifest, failed.Manifest);

        var counting = ActorOf(Relay.Props(source, drop: static _ => false));
        segments.Tell(new FetchCheckpoint(manifest, counting));
        ExpectMsg<CheckpointFetched>();
        counting.Tell(Relay.Count.Instance);
        var all = manifest.Store.Segments.Sum(info => (info.Length + Settings.ChunkBytes - 1) / Settings.ChunkBytes);
        Assert.Equal(all - 20, ExpectMsg<int>());
    }

    [Fact]
    public void Segment_that_is_gone_fails_the_fetch()
    {
        var manifest = Checkpoint(puts: 100);
        var missing = manifest.Store.Segments[0] with { Id = 999, Crc = 1 };
        var store = manifest.Store with { Segments = manifest.Store.Segments.Add(missing) };
        var segments = ActorOf(SegmentsActor.Props(_follower, Settings, new ViewSource(_store.View)));

        segments.Tell(new FetchCheckpoint(manifest with { Store = store }, Leader()));
        Assert.Contains("999", ExpectMsg<CheckpointFetchFailed>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_bytes_are_not_taken_for_the_segment()
    {
        var manifest = Checkpoint(puts: 100);
        var wrong = manifest.Store.Segments.SetItem(0, manifest.Store.Segments[0] with { Crc = 1 });
        var segments = ActorOf(SegmentsActor.Props(_follower, Settings, new ViewSource(_store.View)));

        segments.Tell(new FetchCheckpoint(
            manifest with { Store = manifest.Store with { Segments = wrong } }, Leader()));
        Assert.Contains("checksum", ExpectMsg<CheckpointFetchFailed>().Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_followerDirectory));
    }

    [Theory]
    [InlineData(0, -1, 10)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, int.MaxValue)]
    [InlineData(0, int.MaxValue, 10)]
    [InlineData(77, 0, 10)]
    public void Unreasonable_request_is_refused(long segment, int offset, int length)
    {
        var manifest = Checkpoint(puts: 10);
        var id = segment == 0 ? manifest.Store.Segments[0].Id : segment;
        Leader().Tell(new ReadSegmentChunk(5, id, offset, length));
        Assert.Equal(new SegmentUnavailable(5, id), ExpectMsg<SegmentUnavailable>());
    }

    [Fact]
    public void Pinned_segment_is_served_after_it_was_replaced()
    {
        var manifest = Checkpoint(puts: 100);
        var source = Leader();
        var ids = manifest.Store.Segments.Select(info => info.Id).ToList();
        source.Tell(new PinSegments(1, [.. ids]));
        Assert.Empty(ExpectMsg<SegmentsPinned>().Missing);

        _store.Compact(_store.Revision);
        while (_store.CompactSlice(1000) || _store.RewriteSlice(1000))
        {
        }

        Checkpoint(puts: 1);
        Assert.False(_leader.TryGet(ids[0], out _));
        source.Tell(new ReadSegmentChunk(1, ids[0], 0, Segment.HeaderSize));
        Assert.Equal(Segment.Header.ToArray(), ExpectMsg<SegmentChunk>().Bytes.ToArray());
    }

    [Fact]
    public void Messages_survive_the_wire()
    {
        var serializer = new SegmentMessageSerializer((ExtendedActorSystem)Sys);
        SegmentMessage[] messages =
        [
            new PinSegments(1, [3, 4]),
            new SegmentsPinned(2, []),
            new ReadSegmentChunk(3, 4, 5, 6),
            new SegmentChunk(4, 5, 6, new byte[] { 7, 8 }),
            new SegmentUnavailable(5, 6),
            new ReadRecords(6, new Revision(7, -1), new Revision(9, 0), 1000),
            new ReadRecords(6, new Revision(7, 0), new Revision(9, 2), 0),
            new RecordsRead(7, new byte[] { 1 }, IsEnd: true),
            new RecordsRead(8, new byte[] { 2, 3 }, IsEnd: false),
        ];
        foreach (var message in messages)
        {
            var bytes = serializer.ToBinary(message);
            var copy = serializer.FromBinary(bytes, serializer.Manifest(message));
            Assert.Equal(message.GetType(), copy.GetType());
            if (message is ReadRecords)
            {
                Assert.Equal(message, copy);
            }

            Assert.Equal(bytes, serializer.ToBinary(copy));
        }
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_leaderDirectory, recursive: true);
        Directory.Delete(_followerDirectory, recursive: true);
    }

    private static IEnumerable<string> Texts(StoreView view) =>
        view.Range(Everything).Kvs.Select(record => Convert.ToHexString(record.Span));

    private IActorRef Leader() => ActorOf(SegmentsActor.Props(_leader, Settings, new ViewSource(_store.View)));

    private CheckpointManifest Checkpoint(int puts)
    {
        for (var put = 0; put < puts; put++)
        {
            _store.Put(new PutRequest(Bytes.FromUtf8($"key{put % 17}"), new byte[50]));
        }

        _store.Publish(1, 1);
        var manifest = _leader.Flush(_store.Capture());
        _leader.Retain(manifest);
        return new CheckpointManifest(puts, 1, RaftConfiguration.Empty, manifest, Bytes.Empty);
    }

    private CheckpointManifest Fetch(CheckpointManifest manifest, IActorRef source)
    {
        ActorOf(SegmentsActor.Props(_follower, Settings, new ViewSource(_store.View))).Tell(new FetchCheckpoint(manifest, source));
        return ExpectMsg<CheckpointFetched>().Manifest;
    }

    /// <summary>Passes messages on, loses some, and counts the chunks that were asked for.</summary>
    private sealed class Relay(IActorRef target, Func<object, bool> drop) : UntypedActor
    {
        private int _chunks;

        public static Props Props(IActorRef target, Func<object, bool> drop) =>
            global::Akka.Actor.Props.Create(() => new Relay(target, drop));

        protected override void OnReceive(object message)
        {
            if (message is Count)
            {
                Sender.Tell(_chunks);
            }
            else if (!drop(message))
            {
                _chunks += message is ReadSegmentChunk ? 1 : 0;
                target.Forward(message);
            }
        }

        public sealed class Count
        {
            public static readonly Count Instance = new();
        }
    }
}
