using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Alarms;

public sealed class SpaceAlarmActorSpec : PatientTestKit
{
    private const long QuotaBytes = 10_000;

    private static readonly MemberId Self = new(1);
    private static readonly MemberId Other = new(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(30);

    private readonly AppliedStore _applied = new();
    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly TestProbe _gateway;
    private readonly IActorRef _space;

    public SpaceAlarmActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        _views = new ViewSource(_applied.Store.View);
        _replicated = new ReplicatedSource(_applied.Applier.Members, _applied.Applier.Alarms, 0);
        _gateway = CreateTestProbe();
        _space = Sys.ActorOf(SpaceAlarmActor.Props(
            new SpaceAlarmSettings(Self, QuotaBytes), _gateway, new RequestIds(Self, DateTimeOffset.UnixEpoch), _views, _replicated));
        Settle();
    }

    [Fact]
    public void Refused_requests_raise_one_alarm_that_is_raised_again_if_it_gets_lost()
    {
        _space.Tell(NoSpaceMet.Instance);
        _space.Tell(NoSpaceMet.Instance);
        Assert.Equal(new AlarmRequest(AlarmAction.Activate, Self, AlarmType.NoSpace), ExpectAlarm());
        _gateway.ExpectNoMsg(Quiet);

        Pass(SpaceAlarmSettings.CheckInterval);
        _space.Tell(NoSpaceMet.Instance);
        Assert.Equal(AlarmAction.Activate, ExpectAlarm().Action);
    }

    [Fact]
    public void Alarm_raised_here_is_cleared_below_the_low_water_mark_and_not_above()
    {
        Fill(9_500);
        Raise(Self);
        Pass(SpaceAlarmSettings.RetryInterval);
        _gateway.ExpectNoMsg(Quiet);

        MakeRoom();
        Pass(SpaceAlarmSettings.CheckInterval);
        Assert.Equal(new AlarmRequest(AlarmAction.Deactivate, Self, AlarmType.NoSpace), ExpectAlarm());
        Pass(SpaceAlarmSettings.CheckInterval);
        _gateway.ExpectNoMsg(Quiet);
        Pass(SpaceAlarmSettings.RetryInterval);
        Assert.Equal(AlarmAction.Deactivate, ExpectAlarm().Action);
    }

    [Fact]
    public void Alarm_of_another_member_is_cleared_by_the_leader_alone()
    {
        Fill(9_500);
        Raise(Other);
        Pass(SpaceAlarmSettings.CheckInterval);
        MakeRoom();
        Pass(SpaceAlarmSettings.CheckInterval);
        _gateway.ExpectNoMsg(Quiet);

        _space.Tell(new LeadershipChanged(Self, 2, RaftRole.Leader));
        Pass(SpaceAlarmSettings.CheckInterval);
        Assert.Equal(new AlarmRequest(AlarmAction.Deactivate, Other, AlarmType.NoSpace), ExpectAlarm());
    }

    [Fact]
    public void Alarm_that_an_operator_raised_while_there_was_space_is_left_alone()
    {
        _space.Tell(new LeadershipChanged(Self, 2, RaftRole.Leader));
        Raise(Self);
        Pass(SpaceAlarmSettings.RetryInterval);
        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Keys_of_the_v2_store_count_and_make_room_when_they_go()
    {
        ChangeV2(new V2Request(V2Request.Put, "/1/a") { Value = new string('x', 9_500) });
        Raise(Self);
        Pass(SpaceAlarmSettings.RetryInterval);
        _gateway.ExpectNoMsg(Quiet);

        ChangeV2(new V2Request(V2Request.Delete, "/1/a"));
        Pass(SpaceAlarmSettings.CheckInterval);
        Assert.Equal(new AlarmRequest(AlarmAction.Deactivate, Self, AlarmType.NoSpace), ExpectAlarm());
    }

    private void ChangeV2(V2Request request)
    {
        _applied.Apply(request);
        _replicated.V2.State = _applied.Applier.V2.State;
    }

    private void Raise(MemberId member)
    {
        _applied.Apply(new AlarmRequest(AlarmAction.Activate, member, AlarmType.NoSpace));
        _replicated.Alarms = _applied.Applier.Alarms;
    }

    private void Fill(int bytes)
    {
        _applied.Apply(new PutRequest(Bytes.FromUtf8("a"), new byte[bytes], LeaseId.None));
        _views.Current = _applied.Store.View;
    }

    private void MakeRoom()
    {
        _applied.Apply(AppliedStore.Delete("a"), new CompactionRequest(_applied.Store.Revision + 1, Physical: false));
        _applied.Store.CompactSlice(100);
        _applied.Apply();
        _views.Current = _applied.Store.View;
    }

    private AlarmRequest ExpectAlarm()
        => Assert.IsType<AlarmRequest>(CommandCodec.Decode(_gateway.ExpectMsg<Submit>().Command.Payload).Command);

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += SpaceAlarmSettings.CheckInterval)
        {
            ((TestScheduler)Sys.Scheduler).Advance(SpaceAlarmSettings.CheckInterval);
            Settle();
        }
    }

    // Time must not pass before the actor has started its timer.
    private void Settle()
    {
        _space.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
    }
}
