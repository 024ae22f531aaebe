using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;
using PendingRead = ActorEtcd.Client.PendingRead;

namespace ActorEtcd.Specs.Client;

public sealed class GatewayActorSpec : PatientTestKit
{
    private static readonly MemberId Leader = new(1);
    private static readonly MemberId Next = new(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly GatewaySettings Settings = GatewaySettings.For(TimeSpan.FromSeconds(1)) with { PendingMax = 10 };

    private readonly TestProbe _raft;
    private readonly GatewayCounters _counters = new();
    private readonly IActorRef _gateway;
    private ulong _lastId;

    public GatewayActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        _raft = CreateTestProbe();
        _gateway = Sys.ActorOf(GatewayActor.Props(Settings, _counters, appliedIndex: 100));
    }

    [Fact]
    public void Commands_that_come_together_are_one_proposal_in_their_order()
    {
        var first = Submit();
        var second = Submit();
        var third = Submit();
        _gateway.Tell(new UseRaft(_raft));

        var batch = _raft.ExpectMsg<Propose>().Payloads;

        Assert.Equal([first.RequestId, second.RequestId, third.RequestId], batch.Select(CommandCodec.RequestIdOf));
        Submit();
        Assert.Single(_raft.ExpectMsg<Propose>().Payloads);
    }

    [Fact]
    public void Outcomes_complete_their_commands_and_late_ones_are_passed_over()
    {
        Begin();
        var done = Submit();
        var refused = Submit();
        var result = new PutResult(7, null);
        _gateway.Tell(new BatchApplied(
            101,
            [
                new Outcome(done.RequestId, result, EtcdError.None),
                new Outcome(refused.RequestId, null, EtcdError.LeaseNotFound),
                new Outcome(999, result, EtcdError.None),
            ]));
        _gateway.Tell(new BatchApplied(102, [new Outcome(done.RequestId, null, EtcdError.NoSpace)]));
        Settle();

        Assert.Same(result, ResultOf(done));
        Assert.Equal(EtcdError.LeaseNotFound, ErrorOf(refused));
        Assert.Equal(0, _counters.Pending);
    }

    [Fact]
    public void Read_waits_until_the_index_of_its_round_is_applied()
    {
        Begin();
        var read = Read();
        var round = _raft.ExpectMsg<ReadIndex>();
        _gateway.Tell(new ReadIndexReady(round.RequestId, 103), _raft);
        _gateway.Tell(new BatchApplied(102, []));
        Settle();
        Assert.False(read.IsCompleted);

        _gateway.Tell(new BatchApplied(103, []));

        Assert.True(ResultOf(read));
    }

    [Fact]
    public void Read_that_came_during_a_round_is_completed_by_the_next_only()
    {
        Begin();
        var early = Read();
        var first = _raft.ExpectMsg<ReadIndex>();
        var late = Read();
        var other = Read();
        Settle();
        _raft.ExpectNoMsg(Quiet);
        _gateway.Tell(new ReadIndexReady(first.RequestId, 100), _raft);
        Assert.True(ResultOf(early));
        Assert.False(late.IsCompleted);

        var second = _raft.ExpectMsg<ReadIndex>();
        Assert.NotEqual(first.RequestId, second.RequestId);
        _gateway.Tell(new ReadIndexReady(first.RequestId, 100), _raft);
        Settle();
        Assert.False(late.IsCompleted);
        _gateway.Tell(new ReadIndexReady(second.RequestId, 100), _raft);

        Assert.True(ResultOf(late));
        Assert.True(ResultOf(other));
    }

    [Fact]
    public void Refused_round_is_begun_anew_after_a_while_with_all_who_wait()
    {
        Begin();
        var early = Read();
        var first = _raft.ExpectMsg<ReadIndex>();
        var late = Read();
        _gateway.Tell(new ReadIndexRefused(first.RequestId, ReadRefusal.NoLeader), _raft);
        Settle();
        _raft.ExpectNoMsg(Quiet);
        Advance(Settings.RetryInterval);

        var second = _raft.ExpectMsg<ReadIndex>();
        Assert.Equal(1, _counters.SlowReads);
        _gateway.Tell(new ReadIndexReady(first.RequestId, 100), _raft);
        Settle();
        Assert.False(early.IsCompleted);
        _gateway.Tell(new ReadIndexReady(second.RequestId, 100), _raft);

        Assert.True(ResultOf(early));
        Assert.True(ResultOf(late));
    }

    [Fact]
    public void Refused_proposals_are_made_again_at_once_with_a_new_leader()
    {
        Begin();
        Submit();
        _gateway.Tell(new ProposalsRefused(_raft.ExpectMsg<Propose>().Payloads, ProposalRefusal.NoLeader), _raft);
        Settle();
        _raft.ExpectNoMsg(Quiet);

        Lead(Leader);

        Assert.Single(_raft.ExpectMsg<Propose>().Payloads);
    }

    [Fact]
    public void Waits_between_retries_grow_while_everything_is_refused()
    {
        Begin();
        Submit();
        var retries = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(2); passed += Settings.RetryInterval)
        {
            while (_raft.HasMessages)
            {
                retries++;
                _gateway.Tell(new ProposalsRefused(_raft.ExpectMsg<Propose>().Payloads, ProposalRefusal.NoLeader), _raft);
            }

            Settle();
            Advance(Settings.RetryInterval);
        }

        Assert.InRange(retries, 8, 25);
    }

    [Fact]
    public void Refused_proposal_of_a_requester_who_gave_up_is_not_made_again()
    {
        Begin();
        var command = Submit();
        var refused = new ProposalsRefused(_raft.ExpectMsg<Propose>().Payloads, ProposalRefusal.LeadershipTransfer);
        Advance(Settings.RequestTimeout);
        _gateway.Tell(refused, _raft);
        Settle();
        Lead(Leader);
        Settle();

        Assert.Equal(EtcdError.Timeout, ErrorOf(command));
        _raft.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Overloaded_leader_means_too_many_requests()
    {
        Begin();
        var command = Submit();
        _gateway.Tell(new ProposalsRefused(_raft.ExpectMsg<Propose>().Payloads, ProposalRefusal.Overloaded), _raft);

        Assert.Equal(EtcdError.TooManyRequests, ErrorOf(command));
        Settle();
        Assert.Equal(1, _counters.Failed);
    }

    [Fact]
    public void More_than_may_wait_are_refused_and_room_is_made_by_outcomes()
    {
        Begin();
        var commands = Enumerable.Range(0, Settings.PendingMax + 1).Select(_ => Submit()).ToArray();
        var reads = Enumerable.Range(0, Settings.PendingMax + 1).Select(_ => Read()).ToArray();

        Assert.Equal(EtcdError.TooManyRequests, ErrorOf(commands[^1]));
        Assert.Equal(EtcdError.TooManyRequests, ErrorOf(reads[^1]));
        Assert.All(commands[..^1], command => Assert.False(command.IsCompleted));
        _gateway.Tell(new BatchApplied(101, [new Outcome(commands[0].RequestId, new PutResult(7, null), EtcdError.None)]));
        var next = Submit();
        Settle();
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public void More_bytes_than_may_wait_are_refused_and_room_is_made_by_outcomes_and_timeouts()
    {
        var command = AppliedStore.Put("key", "value");
        var bytes = CommandCodec.Encode(1, command).Length;
        var gateway = Sys.ActorOf(GatewayActor.Props(Settings with { PendingBytesMax = 2 * bytes }, _counters, appliedIndex: 100));
        gateway.Tell(new UseRaft(_raft));
        var id = 1000UL;
        PendingCommand Next()
        {
            id++;
            var pending = new PendingCommand(id, CommandCodec.Encode(id, command));
            gateway.Tell(new Submit(pending));
            return pending;
        }

        PendingCommand[] first = [Next(), Next(), Next()];
        Assert.Equal(EtcdError.TooManyRequests, ErrorOf(first[2]));
        gateway.Tell(new BatchApplied(101, [new Outcome(first[0].RequestId, new PutResult(7, null), EtcdError.None)]));
        Assert.Equal(EtcdError.TooManyRequests, ErrorOf(new[] { Next(), Next() }[1]));
        Advance(Settings.RequestTimeout);
        PendingCommand[] last = [Next(), Next(), Next()];
        Assert.Equal(EtcdError.TooManyRequests, ErrorOf(last[2]));
        Assert.False(last[0].IsCompleted || last[1].IsCompleted);
    }

    [Fact]
    public void Reads_that_time_out_make_room_in_every_stage()
    {
        Begin();
        var applying = Read();
        _gateway.Tell(new ReadIndexReady(_raft.ExpectMsg<ReadIndex>().RequestId, 200), _raft);
        var asked = Read();
        var round = _raft.ExpectMsg<ReadIndex>();
        var waiting = Read();
        Settle();
        Advance(Settings.RequestTimeout);

        Assert.Equal(EtcdError.TimeoutWaitAppliedIndex, ErrorOf(applying));
        Assert.Equal(EtcdError.Timeout, ErrorOf(asked));
        Assert.Equal(EtcdError.Timeout, ErrorOf(waiting));
        Assert.Equal((3L, 3L), (_counters.FailedReads, _counters.SlowReads));
        _gateway.Tell(new ReadIndexReady(round.RequestId, 200), _raft);
        var more = Enumerable.Range(0, Settings.PendingMax).Select(_ => Read()).ToArray();
        Settle();
        Assert.All(more, read => Assert.False(read.IsCompleted));
        _gateway.Tell(new ReadIndexReady(_raft.ExpectMsg<ReadIndex>().RequestId, 100), _raft);
        _gateway.Tell(new BatchApplied(200, []));
        Settle();
    }

    [Fact]
    public void Timeout_with_a_steady_leader_is_a_plain_one()
    {
        Lead(Leader);
        Begin();
        Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(EtcdError.Timeout, ErrorOfTimedOut(Submit()));
    }

    [Fact]
    public void Timeout_of_a_command_from_before_the_leader_was_lost_is_the_leaders_fault()
    {
        Lead(Leader);
        Begin();
        Advance(TimeSpan.FromSeconds(10));
        var command = Submit();
        Settle();
        Advance(TimeSpan.FromSeconds(1));
        Lead(MemberId.None);
        Advance(TimeSpan.FromSeconds(1));
        Lead(Next);

        Assert.Equal(EtcdError.TimeoutDueToLeaderFail, ErrorOfTimedOut(command));
    }

    [Fact]
    public void Timeout_without_a_leader_is_its_fault_however_many_elections_failed()
    {
        Lead(Leader);
        Begin();
        Advance(TimeSpan.FromSeconds(10));
        Lead(MemberId.None);
        var command = Submit();
        Settle();
        for (var election = 0; election < 6; election++)
        {
            Advance(TimeSpan.FromSeconds(1));
            Lead(MemberId.None);
        }

        Assert.Equal(EtcdError.TimeoutDueToLeaderFail, ErrorOfTimedOut(command));
    }

    [Fact]
    public void Timeout_of_a_command_from_after_the_election_is_a_plain_one()
    {
        Lead(Leader);
        Begin();
        Advance(TimeSpan.FromSeconds(10));
        Lead(MemberId.None);
        Advance(TimeSpan.FromSeconds(1));
        Lead(Next);
        Advance(Tick);

        Assert.Equal(EtcdError.Timeout, ErrorOfTimedOut(Submit()));
    }

    [Fact]
    public void Stop_fails_everybody_who_waits()
    {
        Begin();
        var command = Submit();
        var applying = Read();
        _raft.ExpectMsg<Propose>();
        _gateway.Tell(new ReadIndexReady(_raft.ExpectMsg<ReadIndex>().RequestId, 200), _raft);
        var asked = Read();
        _raft.ExpectMsg<ReadIndex>();
        var waiting = Read();
        Settle();

        Sys.Stop(_gateway);

        Assert.Equal(EtcdError.Stopped, ErrorOf(command));
        Assert.All([applying, asked, waiting], read => Assert.Equal(EtcdError.Stopped, ErrorOf(read)));
    }

    private static T ResultOf<T>(Pending<T> pending)
        => pending.Completion.AsTask().WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult();

    private static EtcdError ErrorOf<T>(Pending<T> pending)
        => Assert.ThrowsAny<EtcdException>(() => { ResultOf(pending); }).Error;

    private EtcdError ErrorOfTimedOut(PendingCommand command)
    {
        Settle();
        Advance(Settings.RequestTimeout);
        return ErrorOf(command);
    }

    private void Begin()
    {
        _gateway.Tell(new UseRaft(_raft));
        Settle();
    }

    private void Lead(MemberId leader)
    {
        _gateway.Tell(new LeadershipChanged(leader, 5, RaftRole.Follower));
        Settle();
    }

    private PendingCommand Submit()
    {
        var id = ++_lastId;
        var command = new PendingCommand(id, CommandCodec.Encode(id, AppliedStore.Put("a", "b")));
        _gateway.Tell(new Submit(command));
        return command;
    }

    private PendingRead Read()
    {
        var read = new PendingRead();
        _gateway.Tell(new AwaitRead(read));
        return read;
    }

    // Twice, since the gateway tells itself to flush behind what is in its mailbox.
    private void Settle()
    {
        for (var i = 0; i < 2; i++)
        {
            _gateway.Tell(new Identify(null), TestActor);
            ExpectMsg<ActorIdentity>();
        }
    }

    private void Advance(TimeSpan time)
    {
        ((TestScheduler)Sys.Scheduler).Advance(time);
        Settle();
    }
}
