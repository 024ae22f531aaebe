using ActorEtcd.Client;
using ActorEtcd.Compaction;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Store;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Xunit;

namespace ActorEtcd.Specs.Compaction;

public sealed class AutoCompactionActorSpec() : global::Akka.TestKit.Xunit2.TestKit(TestConfigs.TestSchedulerConfig)
{
    private static readonly MemberId Self = new(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private readonly MvccStore _store = new(new MemorySegmentStorage(), new AllLeases(), new StoreSettings());
    private long _index;

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Revision_mode_keeps_so_many_revisions_every_five_minutes()
    {
        IActorRef actor = Start(new AutoCompactionSettings(null, 10), out ViewSource views);
        actor.Tell(new LeadershipChanged(Self, 1, RaftRole.Leader));
        Put(views, 30);

        Scheduler.Advance(TimeSpan.FromMinutes(4));
        ExpectNoMsg(Quiet);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(views.Current.Revision - 10, Proposed());

        Put(views, 5);
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(views.Current.Revision - 10, Proposed());
    }

    [Fact]
    public void Revision_mode_does_nothing_when_there_are_too_few()
    {
        IActorRef actor = Start(new AutoCompactionSettings(null, 10), out ViewSource views);
        actor.Tell(new LeadershipChanged(Self, 1, RaftRole.Leader));
        Put(views, 5);

        Scheduler.Advance(TimeSpan.FromMinutes(30));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Follower_leaves_compaction_to_the_leader()
    {
        IActorRef actor = Start(new AutoCompactionSettings(null, 10), out ViewSource views);
        actor.Tell(new LeadershipChanged(new MemberId(2), 1, RaftRole.Follower));
        Put(views, 30);

        Scheduler.Advance(TimeSpan.FromMinutes(30));
        ExpectNoMsg(Quiet);
    }

    private IActorRef Start(AutoCompactionSettings settings, out ViewSource views)
    {
        views = new ViewSource(_store.View);
        var ids = new RequestIds(Self, DateTimeOffset.UnixEpoch);
        IActorRef actor = Sys.ActorOf(AutoCompactionActor.Props(settings, Self, TestActor, ids, views));

        // An answer to Identify means that the timers are set.
        actor.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
        return actor;
    }

    private void Put(ViewSource views, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _store.Put(new PutRequest(Bytes.FromUtf8("k"), Bytes.FromUtf8("v"), LeaseId.None));
        }

        views.Current = _store.Publish(++_index, 1).View;
    }

    private long Proposed()
    {
        var submit = ExpectMsg<Submit>();
        return Assert.IsType<CompactionRequest>(CommandCodec.Decode(submit.Command.Payload).Command).Revision;
    }
}
