using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Apply;

public sealed class CheckpointActorSpec : PatientTestKit
{
    private static readonly ApplySettings Settings = new(SnapshotCount: 1) { StateInlineBytesMax = 20_000, StateSegmentBytes = 4_000 };

    private readonly AppliedStore _applied = new();
    private readonly TestProbe _log;
    private readonly IActorRef _checkpoint;

    public CheckpointActorSpec()
        : base(EtcdConfig.Default())
    {
        _log = CreateTestProbe("log-actor");
        _checkpoint = Sys.ActorOf(PropsOf());
    }

    [Fact]
    public void Bytes_are_durable_before_the_manifest_that_names_them_is_saved()
    {
        _applied.Apply(AppliedStore.Put("a", "1"));
        _checkpoint.Tell(new TakeCheckpoint(Captured()), TestActor);

        var saving = _log.ExpectMsg<SaveCheckpoint>().Manifest;

        var info = Assert.Single(saving.Store.Segments);
        Assert.NotEqual(0u, info.Crc);
        Assert.Equal(info.Id, Assert.Single(_applied.Storage.Crash().Ids));
        _log.Reply(new CheckpointSaved(saving));
        Assert.Equal(new CheckpointTaken(_applied.Index), ExpectMsg<CheckpointTaken>());
    }

    [Fact]
    public void Dropped_segments_go_when_the_manifest_without_them_is_durable()
    {
        _applied.Apply(AppliedStore.Put("a", "1"));
        var dropped = Assert.Single(_applied.Storage.Ids);
        var manifest = EmptyAt(1);
        _applied.Store.Abandon(manifest.Store);
        _checkpoint.Tell(new TakeCheckpoint(manifest), TestActor);

        var saving = _log.ExpectMsg<SaveCheckpoint>().Manifest;

        Assert.Equal(dropped, Assert.Single(_applied.Storage.Ids));
        _log.Reply(new CheckpointSaved(saving));
        ExpectMsg<CheckpointTaken>();
        Assert.Empty(_applied.Storage.Ids);
    }

    [Fact]
    public void Manifest_that_was_not_saved_leaves_every_segment_and_the_next_may_be()
    {
        _applied.Apply(AppliedStore.Put("a", "1"));
        _applied.Store.Abandon(EmptyAt(1).Store);
        _checkpoint.Tell(new TakeCheckpoint(EmptyAt(1)), TestActor);
        _log.ExpectMsg<SaveCheckpoint>();

        _log.Reply(new CheckpointSaveFailed(EmptyAt(1), "no room"));

        Assert.Equal(new CheckpointFailed(1, "no room"), ExpectMsg<CheckpointFailed>());
        Assert.NotEmpty(_applied.Storage.Ids);
        _checkpoint.Tell(new TakeCheckpoint(EmptyAt(2)), TestActor);
        _log.Reply(new CheckpointSaved(_log.ExpectMsg<SaveCheckpoint>().Manifest));
        Assert.Equal(new CheckpointTaken(2), ExpectMsg<CheckpointTaken>());
        Assert.Empty(_applied.Storage.Ids);
    }

    [Fact]
    public void News_of_a_checkpoint_that_is_not_its_own_is_passed_over()
    {
        _applied.Apply(AppliedStore.Put("a", "1"));
        _applied.Store.Abandon(EmptyAt(1).Store);
        _checkpoint.Tell(new CheckpointSaved(EmptyAt(1)), TestActor);
        _checkpoint.Tell(new CheckpointSaveFailed(EmptyAt(1), "no room"), TestActor);
        _checkpoint.Tell(new Identify(null), TestActor);

        ExpectMsg<ActorIdentity>();
        Assert.NotEmpty(_applied.Storage.Ids);
    }

    [Fact]
    public void Flush_that_fails_saves_nothing_and_fails_the_actor()
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(TestActor)));
        _applied.Storage.FlushFailure = new SegmentWriteException("1.seg", new IOException("no space left on device"));
        supervisor.Tell(PropsOf());
        var failing = ExpectMsg<IActorRef>();
        failing.Tell(new TakeCheckpoint(EmptyAt(1)), TestActor);

        Assert.Same(_applied.Storage.FlushFailure, ExpectMsg<SegmentWriteException>());
        failing.Tell(new Identify(null), TestActor);
        Assert.False(_log.HasMessages);
    }

    [Fact]
    public void Segments_without_room_fail_the_checkpoint_alone_and_the_next_may_be()
    {
        _applied.Apply(AppliedStore.Put("a", "1"));
        _applied.Storage.FlushFailure = new SegmentWriteException("1.seg", new IOException("no space left on device")) { IsNoSpace = true };
        _checkpoint.Tell(new TakeCheckpoint(Captured()), TestActor);
        Assert.Equal(_applied.Index, ExpectMsg<CheckpointFailed>().Index);
        Assert.False(_log.HasMessages);

        _applied.Storage.FlushFailure = null;
        _checkpoint.Tell(new TakeCheckpoint(Captured()), TestActor);
        _log.Reply(new CheckpointSaved(_log.ExpectMsg<SaveCheckpoint>().Manifest));
        Assert.Equal(new CheckpointTaken(_applied.Index), ExpectMsg<CheckpointTaken>());
    }

    [Fact]
    public void Segments_of_the_state_go_when_the_next_checkpoint_is_durable()
    {
        var first = Save(StateSegmentsSpec.Large(), index: 1);
        Assert.Equal(first.Store.StateSegments.Select(static info => info.Id), _applied.Storage.Ids);

        var second = Save(StateSegmentsSpec.Large(), index: 2);

        Assert.Equal(second.Store.StateSegments.Select(static info => info.Id), _applied.Storage.Ids);
        Save(AppliedStore.EmptyState, index: 3);
        Assert.Empty(_applied.Storage.Ids);
    }

    [Fact]
    public void Checkpoint_with_segments_of_the_state_that_was_not_saved_is_saved_first_and_takes_no_more_of_the_disk()
    {
        _checkpoint.Tell(new TakeCheckpoint(EmptyAt(1), StateSegmentsSpec.Large()), TestActor);
        var unsaved = _log.ExpectMsg<SaveCheckpoint>().Manifest;
        var ids = _applied.Storage.Ids;
        _log.Reply(new CheckpointSaveFailed(unsaved, "no room"));
        ExpectMsg<CheckpointFailed>();

        Assert.Equal(unsaved, Save(StateSegmentsSpec.Large(), index: 2));

        Assert.Equal<long>(ids, _applied.Storage.Ids);
        var next = Save(StateSegmentsSpec.Large(), index: 3);
        Assert.Equal(3, next.Index);
        Assert.Equal(next.Store.StateSegments.Select(static info => info.Id), _applied.Storage.Ids);
    }

    [Fact]
    public void Checkpoint_of_the_leader_takes_the_place_of_one_that_was_saved_and_of_one_that_was_not()
    {
        Save(StateSegmentsSpec.Large(), index: 1);
        _checkpoint.Tell(new TakeCheckpoint(EmptyAt(2), StateSegmentsSpec.Large()), TestActor);
        _log.Reply(new CheckpointSaveFailed(_log.ExpectMsg<SaveCheckpoint>().Manifest, "no room"));
        ExpectMsg<CheckpointFailed>();
        var installed = StateSegments.Write(EmptyAt(9), StateSegmentsSpec.Large(), _applied.Storage, Settings);

        _checkpoint.Tell(new CheckpointReplaced(installed), TestActor);

        var next = Save(StateSegmentsSpec.Large(), index: 10);
        Assert.Equal(next.Store.StateSegments.Select(static info => info.Id), _applied.Storage.Ids);
    }

    [Fact]
    public void Own_checkpoint_that_is_saved_behind_the_leaders_keeps_what_the_leaders_needs()
    {
        _checkpoint.Tell(new TakeCheckpoint(EmptyAt(2), StateSegmentsSpec.Large()), TestActor);
        var saving = _log.ExpectMsg<SaveCheckpoint>().Manifest;
        var installed = StateSegments.Write(EmptyAt(9), StateSegmentsSpec.Large(), _applied.Storage, Settings);
        _checkpoint.Tell(new CheckpointReplaced(installed), TestActor);

        _log.Reply(new CheckpointSaved(saving));

        ExpectMsg<CheckpointTaken>();
        Assert.Superset(installed.Store.StateSegments.Select(static info => info.Id).ToHashSet(), _applied.Storage.Ids.ToHashSet());
        var next = Save(StateSegmentsSpec.Large(), index: 10);
        Assert.Equal(next.Store.StateSegments.Select(static info => info.Id), _applied.Storage.Ids);
    }

    private CheckpointManifest Save(ReplicatedState state, long index)
    {
        _checkpoint.Tell(new TakeCheckpoint(EmptyAt(index), state), TestActor);
        var saving = _log.ExpectMsg<SaveCheckpoint>().Manifest;
        _log.Reply(new CheckpointSaved(saving));
        ExpectMsg<CheckpointTaken>();
        return saving;
    }

    private Props PropsOf() => CheckpointActor.Props(_applied.Storage, _log, Settings, EmptyAt(0));

    private static CheckpointManifest EmptyAt(long index) => new(
        index,
        AppliedStore.Term,
        RaftConfiguration.Empty,
        StoreManifest.Empty,
        ReplicatedStateCodec.Encode(AppliedStore.EmptyState));

    private CheckpointManifest Captured() => EmptyAt(_applied.Index) with { Store = _applied.Store.Capture() };

    private sealed class Supervisor(IActorRef report) : UntypedActor
    {
        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        {
            report.Tell(failure);
            return Directive.Stop;
        });

        protected override void OnReceive(object message) => Sender.Tell(Context.ActorOf((Props)message));
    }
}
