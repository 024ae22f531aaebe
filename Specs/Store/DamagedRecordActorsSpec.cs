using System.Collections.Immutable;
using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Store;

/// <summary>Actors that meet a damaged record tell the scrubber, wait for the mend and go on where they were.</summary>
public sealed class DamagedRecordActorsSpec : PatientTestKit
{
    private const int Keys = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly MemberId Me = new(1);

    private readonly RottingStorage _storage = new();
    private readonly Applier _applier;
    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly TestProbe _scrub;
    private readonly TestProbe _told;
    private long _index;

    public DamagedRecordActorsSpec()
        : base(VirtualTimeScheduler.Config)
    {
        var state = AppliedStore.EmptyState;
        _applier = new Applier(
            leases => new MvccStore(_storage, leases, new StoreSettings { SegmentCapacity = 1000 }),
            state,
            RaftConfiguration.Empty,
            static _ => true);
        for (var key = 0; key < Keys; key++)
        {
            _applier.Apply(Entry(Put(key, "old")));
        }

        _views = new ViewSource(_applier.Publish(_index, AppliedStore.Term).View);
        _replicated = new ReplicatedSource(state.Members, state.Alarms, _index);
        _scrub = CreateTestProbe();
        _told = CreateTestProbe();
        Sys.EventStream.Subscribe(_scrub, typeof(VerifySegment));
        _storage.RotLastRecords();
    }

    [Fact]
    public void Entry_waits_for_the_mend_and_those_behind_it_follow_in_order()
    {
        var manifest = new CheckpointManifest(_index, AppliedStore.Term, RaftConfiguration.Empty, StoreManifest.Empty, Bytes.Empty);
        var others = CreateTestProbe();
        var listeners = new ApplyListeners(_told, others, others, others);
        var apply = Sys.ActorOf(ApplyActor.Props(_applier, manifest, listeners, _views, _replicated, new ApplySettings(1_000_000)));
        var raft = CreateTestProbe();
        var before = _index;
        var revision = _views.Current.Revision;

        // A transaction, most of which is done when it meets the first damaged record.
        var txn = new TxnRequest([], [.. Enumerable.Range(0, Keys).Select(static key => (RequestOp)Put(key, "new"))], []);
        apply.Tell(new ApplyCommitted([Entry(Put(Keys, "sound")), Entry(txn)], _index), raft);
        apply.Tell(new ApplyCommitted([Entry(Put(0, "newest"))], _index), raft);
        Assert.True(_scrub.ExpectMsg<VerifySegment>(Patience).Id > 0);
        Assert.Equal(before + 1, raft.ExpectMsg<AppliedTo>(Patience).Index);
        Assert.Equal(revision + 1, _views.Current.Revision);
        Assert.Single(_told.ExpectMsg<BatchApplied>(Patience).Outcomes);

        Pass(apply, MendPatience.Interval);
        _scrub.ExpectMsg<VerifySegment>(Patience);
        _storage.Mend();
        Pass(apply, MendPatience.Interval);
        raft.FishForMessage<AppliedTo>(applied => applied.Index == before + 3, Patience);
        Assert.Equal(revision + 3, _views.Current.Revision);
        var outcomes = ReceiveOutcomes(2);
        Assert.All(outcomes, static outcome => Assert.Equal(EtcdError.None, outcome.Error));
        Assert.Equal(Keys + 1, _views.Current.KeyCount);
        Assert.True(_views.Current.TryGet("key/000"u8.ToArray(), 0, out var record));
        Assert.True(KeyValue.Parse(record.Span).Value.SequenceEqual("newest"u8));
    }

    [Fact]
    public void Compaction_goes_on_where_it_met_the_record()
    {
        var manifest = new CheckpointManifest(_index, AppliedStore.Term, RaftConfiguration.Empty, StoreManifest.Empty, Bytes.Empty);
        var others = CreateTestProbe();
        _storage.Mend();
        var apply = Sys.ActorOf(ApplyActor.Props(
            _applier, manifest, new ApplyListeners(others, others, others, others), _views, _replicated, new ApplySettings(1_000_000)));
        var puts = Enumerable.Range(0, Keys).Where(static key => key % 4 != 0).Select(key => Entry(Put(key, "new"))).ToImmutableArray();
        apply.Tell(new ApplyCommitted(puts, _index), _told);
        _told.FishForMessage<AppliedTo>(applied => applied.Index == _index, Patience);
        _storage.RotLastRecords();
        apply.Tell(new ApplyCommitted([Entry(new CompactionRequest(_views.Current.Revision))], _index), _told);
        var done = new Pending<bool>();
        apply.Tell(new Defragment(done));
        Assert.True(_scrub.ExpectMsg<VerifySegment>(Patience).Id > 0);
        Assert.False(done.IsCompleted);

        _storage.Mend();
        Pass(apply, ApplySettings.UpkeepInterval);
        var taken = others.FishForMessage<TakeCheckpoint>(_ => true, Patience);
        apply.Tell(new CheckpointTaken(taken.Manifest.Index));
        Assert.True(done.Completion.AsTask().Wait(Patience), "the defragmentation did not end");
        Assert.Equal(Keys, _views.Current.KeyCount);
    }

    [Fact]
    public void Watcher_is_sent_what_is_sound_and_after_the_mend_the_rest_once()
    {
        var watch = new CreateWatch(new WatchRange(Bytes.FromUtf8("key/"), Bytes.FromUtf8("key0"))) { StartRevision = 2 };
        var hub = CreateTestProbe();
        var watcher = _told.ChildActorOf(WatcherActor.Props(
            hub, _views, new WatchSettings(TimeSpan.FromMinutes(10), 1 << 20), watch, paused: false));
        var revisions = new List<long>();
        _scrub.ExpectMsg<VerifySegment>(Patience);
        Pass(watcher, MendPatience.Interval);
        _scrub.ExpectMsg<VerifySegment>(Patience);
        hub.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        _storage.Mend();
        watcher.Tell(new AskProgress(1), _told);
        Pass(watcher, MendPatience.Interval);
        var join = hub.ExpectMsg<JoinLive>(Patience);
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), hub);
        hub.ExpectMsg<ProgressQuery>(Patience);
        while (revisions.Count < Keys)
        {
            revisions.AddRange(_told.ExpectMsg<WatcherOutput>(Patience).Update.Events.Select(static e => e.Revision));
        }

        Assert.Equal(Enumerable.Range(2, Keys).Select(static revision => (long)revision), revisions);
    }

    [Fact]
    public void Hash_of_all_keys_is_compared_when_the_record_is_mended()
    {
        var hashes = _told.ChildActorOf(HashCheckActor.Props(
            new HashCheckSettings { CheckAtStart = true },
            Me,
            _views,
            _replicated,
            static _ => static _ => null,
            CreateTestProbe(),
            new RequestIds(Me, DateTimeOffset.UnixEpoch),
            new HashCheckCounters()));
        _scrub.ExpectMsg<VerifySegment>(Patience);
        hashes.Tell(new AskKeyHash(_replicated.Members.ClusterId, 1, _views.Current.Revision), _told);
        _scrub.ExpectMsg<VerifySegment>(Patience);
        _told.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        _storage.Mend();
        Pass(hashes, MendPatience.Interval);
        Assert.False(_told.ExpectMsg<InitialHashCheck>(Patience).Differs);
        hashes.Tell(new AskKeyHash(_replicated.Members.ClusterId, 2, _views.Current.Revision), _told);
        Assert.Equal(_views.Current.HashKv(0).Hash, _told.ExpectMsg<KeyHashTold>(Patience).Hash);
    }

    private static PutRequest Put(int key, string value) => new(Bytes.FromUtf8($"key/{key:d3}"), Bytes.FromUtf8(value), LeaseId.None);

    private LogEntry Entry(RaftCommand command)
        => new(++_index, AppliedStore.Term, EntryKind.Command, CommandCodec.Encode((ulong)_index, command));

    private List<Outcome> ReceiveOutcomes(int count)
    {
        var outcomes = new List<Outcome>();
        while (outcomes.Count < count)
        {
            outcomes.AddRange(_told.FishForMessage<BatchApplied>(_ => true, Patience).Outcomes);
        }

        return outcomes;
    }

    // The actor tells the scrubber before it sets its timer, which must be there when time passes.
    private void Pass(IActorRef actor, TimeSpan time)
    {
        actor.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }
}
