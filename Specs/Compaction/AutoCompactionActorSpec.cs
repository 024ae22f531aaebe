using ActorEtcd.Client;
using ActorEtcd.Compaction;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Compaction;

public sealed class AutoCompactionActorSpec : PatientTestKit
{
    private static readonly MemberId Self = new(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(30);

    private readonly AppliedStore _applied = new();
    private readonly ViewSource _views;
    private readonly TestProbe _gateway;
    private IActorRef _actor = ActorRefs.Nobody;

    public AutoCompactionActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        _views = new ViewSource(_applied.Store.View);
        _gateway = CreateTestProbe();
    }

    [Fact]
    public void Period_compacts_at_what_was_newest_a_period_ago()
    {
        Put(4);
        Start(new AutoCompactionSettings(TimeSpan.FromMinutes(10), null));
        for (var minute = 1; minute < 10; minute++)
        {
            Put(1);
            Pass(Minute);
        }

        _gateway.ExpectNoMsg(Quiet);
        Put(1);
        Pass(Minute);
        Assert.Equal(5, ExpectCompaction());
        for (var minute = 11; minute < 20; minute++)
        {
            Put(1);
            Pass(Minute);
        }

        _gateway.ExpectNoMsg(Quiet);
        Put(1);
        Pass(Minute);
        Assert.Equal(15, ExpectCompaction());
    }

    [Fact]
    public void Long_period_compacts_every_hour_once_it_has_passed()
    {
        Start(new AutoCompactionSettings(TimeSpan.FromHours(2), null));
        for (var minute = 6; minute < 120; minute += 6)
        {
            Put(1);
            Pass(6 * Minute);
        }

        _gateway.ExpectNoMsg(Quiet);
        Put(1);
        Pass(6 * Minute);
        Assert.Equal(1, ExpectCompaction());
        for (var i = 0; i < 10; i++)
        {
            Put(1);
            Pass(6 * Minute);
        }

        Assert.Equal(11, ExpectCompaction());
        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Late_samples_delay_no_compaction_by_a_whole_interval()
    {
        var random = new Random(11);
        Start(new AutoCompactionSettings(TimeSpan.FromMinutes(10), null));
        var proposed = new List<long>();
        for (var minute = 0; minute < 60; minute++)
        {
            Put(1);
            Pass(Minute + TimeSpan.FromMilliseconds(random.Next(0, 900)));
            while (_gateway.HasMessages)
            {
                proposed.Add(ExpectCompaction());
            }
        }

        Assert.InRange(proposed.Count, 5, 6);
        Assert.Equal(proposed.Order(), proposed);
    }

    [Fact]
    public void Count_keeps_so_many_revisions()
    {
        Start(new AutoCompactionSettings(null, 10));
        Put(4);
        Pass(AutoCompactionSettings.RevisionInterval);
        _gateway.ExpectNoMsg(Quiet);
        Put(20);
        Pass(AutoCompactionSettings.RevisionInterval);
        Assert.Equal(15, ExpectCompaction());
    }

    [Fact]
    public void Compaction_that_was_lost_is_proposed_again_and_one_that_took_place_is_not()
    {
        Start(new AutoCompactionSettings(null, 10));
        Put(20);
        Pass(AutoCompactionSettings.RevisionInterval);
        Assert.Equal(11, ExpectCompaction());
        Pass(AutoCompactionSettings.RevisionInterval);
        Assert.Equal(11, ExpectCompaction());

        _views.Current = _applied.Apply(new CompactionRequest(11)).View;
        Pass(AutoCompactionSettings.RevisionInterval);

        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Follower_proposes_nothing_and_knows_the_past_when_it_comes_to_lead()
    {
        Start(new AutoCompactionSettings(TimeSpan.FromMinutes(10), null));
        _actor.Tell(new LeadershipChanged(new MemberId(2), 5, RaftRole.Follower));
        for (var minute = 0; minute < 19; minute++)
        {
            Put(1);
            Pass(Minute);
        }

        _gateway.ExpectNoMsg(Quiet);
        _actor.Tell(new LeadershipChanged(Self, 6, RaftRole.Leader));
        Put(1);
        Pass(Minute);

        Assert.Equal(11, ExpectCompaction());
    }

    [Fact]
    public void Without_settings_nothing_is_compacted()
    {
        Start(new AutoCompactionSettings(null, null));
        Put(100);

        Pass(TimeSpan.FromHours(5));

        _gateway.ExpectNoMsg(Quiet);
    }

    private void Start(AutoCompactionSettings settings)
    {
        var ids = new RequestIds(Self, DateTimeOffset.UnixEpoch);
        _actor = Sys.ActorOf(AutoCompactionActor.Props(settings, Self, _gateway, ids, _views));
        _actor.Tell(new LeadershipChanged(Self, 5, RaftRole.Leader));
        Settle();
    }

    private void Put(int count)
        => _views.Current = _applied.Apply([.. Enumerable.Range(0, count).Select(_ => AppliedStore.Put("a", "v"))]).View;

    private void Pass(TimeSpan time)
    {
        ((TestScheduler)Sys.Scheduler).Advance(time);
        Settle();
    }

    private void Settle()
    {
        _actor.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
    }

    private long ExpectCompaction()
    {
        var command = CommandCodec.Decode(_gateway.ExpectMsg<Submit>().Command.Payload).Command;
        return Assert.IsType<CompactionRequest>(command).Revision;
    }
}
