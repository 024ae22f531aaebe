using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Apply;

public sealed class ApplyActorSpec : PatientTestKit
{
    private const int UpkeepTurns = 10;
    private const int SnapshotCount = 10;

    private readonly AppliedStore _applied = new();
    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly TestProbe _listener;
    private readonly TestProbe _checkpoint;
    private readonly TestProbe _raft;
    private readonly IActorRef _apply;
    private readonly ApplySettings _settings = new(SnapshotCount);
    private long _index;

    public ApplyActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        _views = new ViewSource(_applied.Store.View);
        _replicated = new ReplicatedSource(_applied.Applier.Members, _applied.Applier.Alarms, 0);
        _listener = CreateTestProbe();
        _checkpoint = CreateTestProbe();
        _raft = CreateTestProbe();
        var listeners = new ApplyListeners(_listener, _listener, _listener, _checkpoint);
        var manifest = new CheckpointManifest(0, 0, RaftConfiguration.Empty, StoreManifest.Empty, Bytes.Empty);
        _apply = Sys.ActorOf(ApplyActor.Props(
            _applied.Applier, manifest, listeners, _views, _replicated, _settings));
        _listener.ExpectMsg<LeasesRestored>();
    }

    [Fact]
    public void Batch_is_published_before_it_is_announced_and_leases_hear_first()
    {
        Commit(new LeaseGrantRequest(new LeaseId(9), 60), AppliedStore.Put("a", "1", 9));

        Assert.Single(_listener.ExpectMsg<LeasesChanged>().Changes);
        Assert.Equal(2, _views.Current.Revision);
        Assert.Equal(2, _replicated.AppliedIndex);
        var outcomes = _listener.ExpectMsg<BatchApplied>();
        Assert.Equal((2L, 2), (outcomes.AppliedIndex, outcomes.Outcomes.Length));
        var events = _listener.ExpectMsg<EventsApplied>();
        Assert.Equal("a", Assert.Single(events.Events).Key.ToString());
        Assert.Equal(new AppliedTo(2), _raft.ExpectMsg<AppliedTo>());
    }

    [Fact]
    public void Entries_that_were_applied_are_passed_over()
    {
        Commit(AppliedStore.Put("a", "1"));
        _raft.ExpectMsg<AppliedTo>();
        _apply.Tell(new ApplyCommitted([Entry(1, AppliedStore.Put("a", "again")), Entry(2, AppliedStore.Put("a", "2"))], 2), _raft);

        Assert.Equal(new AppliedTo(2), _raft.ExpectMsg<AppliedTo>());
        Assert.Equal(3, _views.Current.Revision);
    }

    [Fact]
    public void Malformed_entry_is_passed_over_and_the_next_is_applied()
    {
        var malformed = new LogEntry(1, AppliedStore.Term, EntryKind.Command, new byte[] { 0xff });
        _apply.Tell(new ApplyCommitted([malformed, Entry(2, AppliedStore.Put("a", "1"))], 2), _raft);

        Assert.Equal(new AppliedTo(2), _raft.ExpectMsg<AppliedTo>());
        Assert.Equal(2, _views.Current.Revision);
    }

    [Fact]
    public void Defragmentation_is_answered_after_a_checkpoint_that_began_when_it_was_through()
    {
        Commit(AppliedStore.Put("a", "1"), AppliedStore.Put("a", "2"), new CompactionRequest(3, Physical: false));
        _apply.Tell(CheckpointNow.Instance);
        var before = _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest;
        var done = new Pending<bool>();
        _apply.Tell(new Defragment(done));
        CheckpointIsQuiet();
        Assert.True(_views.Current.Size.TotalBytes < before.Store.Segments.Sum(static segment => (long)segment.Length));

        _apply.Tell(new CheckpointTaken(before.Index));
        var after = _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest;
        Assert.False(done.IsCompleted);
        _apply.Tell(new CheckpointTaken(after.Index));
        CheckpointIsQuiet();
        Assert.True(done.IsCompleted);
    }

    [Fact]
    public void Checkpoint_is_taken_after_so_many_entries_one_at_a_time()
    {
        CommitPuts(SnapshotCount - 1);
        CheckpointIsQuiet();
        CommitPuts(1);
        Assert.Equal(SnapshotCount, _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest.Index);
        CommitPuts(SnapshotCount);
        _apply.Tell(CheckpointNow.Instance);
        CheckpointIsQuiet();

        _apply.Tell(new CheckpointTaken(SnapshotCount));
        CommitPuts(1);

        Assert.Equal((2 * SnapshotCount) + 1, _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest.Index);
    }

    [Fact]
    public void Failed_checkpoint_is_tried_again_after_a_while_also_without_a_batch()
    {
        CommitPuts(SnapshotCount);
        _checkpoint.ExpectMsg<TakeCheckpoint>();
        _apply.Tell(new CheckpointFailed(SnapshotCount, "no room"));
        CommitPuts(1);
        CheckpointIsQuiet();

        ((TestScheduler)Sys.Scheduler).Advance(ApplySettings.CheckpointRetry);
        Assert.Equal(SnapshotCount + 1, _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest.Index);
    }

    [Fact]
    public void Log_that_no_checkpoint_follows_for_long_must_not_grow_until_one_does()
    {
        CommitPuts(ApplySettings.CheckpointsMissedMax * SnapshotCount - 1);
        _checkpoint.ExpectMsg<TakeCheckpoint>();
        _apply.Tell(new CheckpointFailed(SnapshotCount, "no room"));
        Settle();
        Assert.False(_settings.Space.IsFull);

        CommitPuts(1);
        ((TestScheduler)Sys.Scheduler).Advance(ApplySettings.CheckpointRetry);
        var second = _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest;
        _apply.Tell(new CheckpointFailed(second.Index, "no room"));
        Settle();
        Assert.True(_settings.Space.IsFull);

        ((TestScheduler)Sys.Scheduler).Advance(ApplySettings.CheckpointRetry);
        _apply.Tell(new CheckpointTaken(_checkpoint.ExpectMsg<TakeCheckpoint>().Manifest.Index));
        Settle();
        Assert.False(_settings.Space.IsFull);
    }

    [Fact]
    public void Checkpoint_on_demand_holds_what_was_applied()
    {
        CommitPuts(3);
        _apply.Tell(CheckpointNow.Instance);

        var manifest = _checkpoint.ExpectMsg<TakeCheckpoint>().Manifest;

        Assert.Equal((3L, AppliedStore.Term), (manifest.Index, manifest.Term));
        Assert.Equal(4, manifest.Store.Revision);
    }

    [Fact]
    public void Physical_compaction_is_over_only_when_the_index_is_rid_of_the_superseded()
    {
        const int Versions = 3 * ApplySettings.UpkeepItems;
        CommitPuts(Versions);
        Settle();
        var before = _views.Current.Size.LiveBytes;
        Commit(new CompactionRequest(Versions + 1, Physical: true));
        var done = new Pending<bool>();
        _apply.Tell(new AwaitCompaction(done));

        Assert.True(ResultOf(done));
        Assert.False(_applied.Store.IsCompacting);
        Assert.True(_views.Current.Size.LiveBytes < before / 100, $"{_views.Current.Size} after {before} live bytes");
    }

    [Fact]
    public void Requests_are_served_between_the_slices_of_a_compaction()
    {
        const int Versions = 10 * ApplySettings.UpkeepItems;
        CommitPuts(Versions);
        Commit(new CompactionRequest(Versions + 1));
        _apply.Tell(new AwaitCompaction(new TellingPending(_checkpoint.Ref)));
        _apply.Tell(CheckpointNow.Instance);

        // Both are told by the apply actor, so their order is the order in which it served them.
        _checkpoint.ExpectMsg<TakeCheckpoint>();
        _checkpoint.ExpectMsg(TellingPending.Completed);
    }

    [Fact]
    public void Without_a_compaction_under_way_there_is_nothing_to_wait_for()
    {
        var done = new Pending<bool>();
        _apply.Tell(new AwaitCompaction(done));

        Assert.True(ResultOf(done));
    }

    [Fact]
    public void Replaced_state_goes_on_from_the_checkpoint()
    {
        CommitPuts(3);
        var ahead = new AppliedStore();
        ahead.Apply([new LeaseGrantRequest(new LeaseId(9), 60), .. Enumerable.Range(0, 7).Select(i => AppliedStore.Put("b", $"{i}", 9))]);
        var manifest = ahead.Checkpoint();
        var applier = new AppliedStore(ahead.Storage, manifest).Applier;
        Settle();
        while (_listener.HasMessages)
        {
            _listener.ReceiveOne(TimeSpan.Zero);
        }

        _apply.Tell(new ReplaceState(applier, manifest), TestActor);

        Assert.Same(manifest, ExpectMsg<StateReplaced>().Manifest);
        Assert.Equal(8, _listener.ExpectMsg<BatchApplied>().AppliedIndex);
        Assert.Equal(8, _listener.ExpectMsg<StoreReplaced>().View.Revision);
        Assert.Equal(new LeaseId(9), Assert.Single(_listener.ExpectMsg<LeasesRestored>().Leases).Id);
        Assert.Equal((8L, 8L), (_views.Current.Revision, _replicated.AppliedIndex));
        _index = 8;
        Commit(AppliedStore.Put("a", "1"));
        Assert.Equal(9, _listener.ExpectMsg<BatchApplied>().AppliedIndex);
        var keys = new Pending<ImmutableArray<Bytes>>();
        _apply.Tell(new ListLeaseKeys(new LeaseId(9), keys));
        Assert.Equal("b", Assert.Single(ResultOf(keys)).ToString());
    }

    [Fact]
    public void Segments_of_a_replaced_store_are_given_up()
    {
        CommitPuts(3);
        var manifest = new CheckpointManifest(
            20, AppliedStore.Term, RaftConfiguration.Empty, StoreManifest.Empty, ReplicatedStateCodec.Encode(AppliedStore.EmptyState));
        _apply.Tell(new ReplaceState(new AppliedStore(_applied.Storage, manifest).Applier, manifest), TestActor);
        ExpectMsg<StateReplaced>();
        Assert.NotEmpty(_applied.Storage.Ids);

        _applied.Storage.Retain(manifest.Store);

        Assert.Empty(_applied.Storage.Ids);
    }

    private static T ResultOf<T>(Pending<T> pending)
        => pending.Completion.AsTask().WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult();

    private static LogEntry Entry(long index, RaftCommand command)
        => new(index, AppliedStore.Term, EntryKind.Command, CommandCodec.Encode((ulong)index, command));

    private void CommitPuts(int count) => Commit([.. Enumerable.Range(0, count).Select(i => AppliedStore.Put("a", $"{i}"))]);

    private void Commit(params RaftCommand[] commands)
    {
        ImmutableArray<LogEntry> entries = [.. commands.Select(command => Entry(++_index, command))];
        _apply.Tell(new ApplyCommitted(entries, _index), _raft);
    }

    private void CheckpointIsQuiet()
    {
        // Each slice of upkeep is a turn of its own, behind what is in the mailbox already.
        for (var turn = 0; turn < UpkeepTurns; turn++)
        {
            Settle();
        }

        Assert.False(_checkpoint.HasMessages);
    }

    private void Settle()
    {
        _apply.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
    }

    private sealed class TellingPending(IActorRef target) : Pending<bool>
    {
        public const string Completed = "compacted";

        public override bool TryComplete(bool result)
        {
            target.Tell(Completed);
            return base.TryComplete(result);
        }
    }
}
