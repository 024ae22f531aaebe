using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Apply;

public sealed class CheckpointActorSpec : global::Akka.TestKit.Xunit2.TestKit
{
    private readonly AppliedStore _applied = new();
    private readonly TestProbe _log;
    private readonly IActorRef _checkpoint;

    public CheckpointActorSpec()
        : base(EtcdConfig.Default())
    {
        _log = CreateTestProbe("log-actor");
        _checkpoint = Sys.ActorOf(CheckpointActor.Props(_applied.Storage, _log));
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
        supervisor.Tell(CheckpointActor.Props(_applied.Storage, _log));
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
