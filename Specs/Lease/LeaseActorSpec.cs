using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Lease;

public sealed class LeaseActorSpec : PatientTestKit
{
    private const long Term = 5;

    private static readonly MemberId Self = new(1);
    private static readonly MemberId Other = new(2);
    private static readonly LeaseId Id = new(7);
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestProbe _gateway;
    private readonly TestProbe _leader;
    private readonly IActorRef _lease;

    public LeaseActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        _gateway = CreateTestProbe();
        _leader = CreateTestProbe();
        var leader = _leader.Ref;
        Sys.ActorOf(Props.Create(() => new OtherMember(leader)), "etcd").Tell(new Identify(null), TestActor);

        // Its child is there as soon as it answers: what is sent to a path without an actor is lost.
        ExpectMsg<ActorIdentity>(Patience);
        var address = ((ExtendedActorSystem)Sys).Provider.DefaultAddress;
        var peers = new PeerAddresses(ImmutableDictionary<MemberId, Address>.Empty.Add(Other, address));
        var settings = new LeaseSettings(Self, ElectionTimeout, RequestTimeout);
        var ids = new RequestIds(Self, DateTimeOffset.UnixEpoch);
        _lease = Sys.ActorOf(LeaseActor.Props(settings, _gateway, ids, () => peers));
    }

    [Fact]
    public void Leader_expires_nothing_before_its_barrier_is_passed()
    {
        Restore(ttl: 10);
        Lead(Term);
        var barrier = _gateway.ExpectMsg<AwaitRead>().Read;
        Pass(TimeSpan.FromSeconds(30));
        _gateway.ExpectNoMsg(Quiet);

        barrier.TryComplete(true);
        Settle();
        Pass(TimeSpan.FromSeconds(10.9));
        _gateway.ExpectNoMsg(Quiet);
        Pass(TimeSpan.FromSeconds(0.2));

        Assert.Equal(new LeaseRevokeRequest(Id, FenceTerm: Term), ExpectCommand());
    }

    [Fact]
    public void Barrier_that_failed_is_put_up_again()
    {
        Restore(ttl: 10);
        Lead(Term);
        _gateway.ExpectMsg<AwaitRead>().Read.TryFail(EtcdError.TooManyRequests);
        Pass(LeaseSettings.TickInterval);

        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);

        Assert.Equal(new LeaseTtl(10, 10), Renew().Result);
    }

    [Fact]
    public void Barrier_of_an_earlier_term_promotes_nobody()
    {
        Restore(ttl: 2);
        Lead(Term);
        var earlier = _gateway.ExpectMsg<AwaitRead>().Read;
        Follow(Other, Term + 1);
        Lead(Term + 2);
        _gateway.ExpectMsg<AwaitRead>();
        earlier.TryComplete(true);
        Settle();

        Pass(TimeSpan.FromSeconds(10));

        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Lost_revoke_is_proposed_again_until_the_lease_is_gone()
    {
        Promote(ttl: 10);
        Pass(TimeSpan.FromSeconds(11));
        ExpectCommand();
        Pass(LeaseSettings.RevokeRetryInterval - LeaseSettings.TickInterval);
        _gateway.ExpectNoMsg(Quiet);
        Pass(2 * LeaseSettings.TickInterval);
        Assert.Equal(new LeaseRevokeRequest(Id, FenceTerm: Term), ExpectCommand());

        Tell(new LeasesChanged([new LeaseChange.Removed(Id)]));
        Pass(3 * LeaseSettings.RevokeRetryInterval);

        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Renewed_lease_lives_its_whole_time_again()
    {
        Promote(ttl: 8);
        Pass(TimeSpan.FromSeconds(6));

        Assert.Equal(new LeaseTtl(8, 8), Renew().Result);
        Pass(TimeSpan.FromSeconds(7.8));
        Assert.Equal(new LeaseTtl(0, 8), Query().Result);
        _gateway.ExpectNoMsg(Quiet);
        Pass(TimeSpan.FromSeconds(0.3));

        Assert.IsType<LeaseRevokeRequest>(ExpectCommand());
    }

    [Fact]
    public void Expired_lease_is_not_renewed()
    {
        Promote(ttl: 10);
        Pass(TimeSpan.FromSeconds(11));

        Assert.Equal(LeaseTtl.NotFound, Renew().Result);
        Assert.Equal(LeaseTtl.NotFound, Query().Result);
    }

    [Fact]
    public void Unknown_lease_is_denied_only_after_catching_up()
    {
        Promote(ttl: 10);
        var renewal = Renew(new LeaseId(8));
        var barrier = _gateway.ExpectMsg<AwaitRead>().Read;
        Assert.False(renewal.IsCompleted);

        barrier.TryComplete(true);

        Assert.Equal(LeaseTtl.NotFound, renewal.Result);
    }

    [Fact]
    public void Lease_that_is_granted_while_catching_up_is_renewed()
    {
        Promote(ttl: 10);
        var renewal = Renew(new LeaseId(8));
        var barrier = _gateway.ExpectMsg<AwaitRead>().Read;
        Tell(new LeasesChanged([new LeaseChange.Granted(new LeaseRecord(new LeaseId(8), 30))]));

        barrier.TryComplete(true);

        Assert.Equal(new LeaseTtl(30, 30), renewal.Result);
    }

    [Fact]
    public void Question_whose_catching_up_fails_times_out()
    {
        Promote(ttl: 100);
        var renewal = Renew(new LeaseId(8));
        _gateway.ExpectMsg<AwaitRead>().Read.TryFail(EtcdError.TooManyRequests);

        Pass(RequestTimeout + LeaseSettings.TickInterval);

        Assert.Equal(EtcdError.Timeout, ErrorOf(renewal));
    }

    [Fact]
    public void Leader_that_stood_still_renews_nothing_before_it_has_caught_up()
    {
        Promote(ttl: 10);
        ((TestScheduler)Sys.Scheduler).Advance(2 * ElectionTimeout);
        var renewal = Renew();
        var barrier = _gateway.ExpectMsg<AwaitRead>().Read;
        Assert.False(renewal.IsCompleted);

        Follow(Other, Term + 1);
        barrier.TryComplete(true);

        Assert.Equal(Id, _leader.ExpectMsg<AskLeader>().Id);
        Assert.False(renewal.IsCompleted);
    }

    [Fact]
    public void Leader_that_stood_still_answers_at_once_again_when_it_has_caught_up()
    {
        Promote(ttl: 10);
        ((TestScheduler)Sys.Scheduler).Advance(2 * ElectionTimeout);
        var first = Renew();
        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);
        Settle();

        Assert.Equal(new LeaseTtl(10, 10), first.Result);
        Assert.Equal(new LeaseTtl(10, 10), Renew().Result);
    }

    [Fact]
    public void Follower_passes_questions_to_the_leader()
    {
        Follow(Other, Term);
        var renewal = Renew();
        var ask = _leader.ExpectMsg<AskLeader>();
        Assert.Equal((Id, true), (ask.Id, ask.Renew));

        _leader.Reply(new LeaderAnswered(ask.Correlation, new LeaseTtl(9, 10)));

        Assert.Equal(new LeaseTtl(9, 10), renewal.Result);
    }

    [Fact]
    public void Question_that_gets_no_answer_is_asked_again_and_answered_once()
    {
        Follow(Other, Term);
        var query = Query();
        var lost = _leader.ExpectMsg<AskLeader>();
        Pass(LeaseSettings.AskRetryInterval + LeaseSettings.TickInterval);
        Assert.Equal(lost, _leader.ExpectMsg<AskLeader>());

        _leader.Reply(new LeaderAnswered(lost.Correlation, new LeaseTtl(9, 10)));
        _leader.Reply(new LeaderAnswered(lost.Correlation, new LeaseTtl(1, 1)));

        Assert.Equal(new LeaseTtl(9, 10), query.Result);
    }

    [Fact]
    public void Question_to_one_who_does_not_lead_any_more_is_asked_again()
    {
        Follow(Other, Term);
        var query = Query();
        _leader.Reply(new LeaderIsElsewhere(_leader.ExpectMsg<AskLeader>().Correlation));
        Settle();
        Pass(LeaseSettings.TickInterval);
        var again = _leader.ExpectMsg<AskLeader>();
        _leader.Reply(new LeaderAnswered(again.Correlation, new LeaseTtl(9, 10)));

        Assert.Equal(new LeaseTtl(9, 10), query.Result);
    }

    [Fact]
    public void Question_waits_for_a_leader_and_is_answered_here_when_that_is_this_member()
    {
        Restore(ttl: 10);
        Follow(MemberId.None, Term);
        var query = Query();
        Pass(TimeSpan.FromSeconds(3));
        Lead(Term + 1);

        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);

        Assert.Equal(new LeaseTtl(11, 10), query.Result);
    }

    [Fact]
    public void Question_that_was_asked_of_a_deposed_leader_goes_to_the_next()
    {
        Restore(ttl: 10);
        Follow(Other, Term);
        var query = Query();
        _leader.ExpectMsg<AskLeader>();
        Lead(Term + 1);

        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);

        Assert.Equal(new LeaseTtl(11, 10), query.Result);
    }

    [Fact]
    public void Question_without_an_answer_times_out()
    {
        Follow(Other, Term);
        var asked = Query();
        Follow(MemberId.None, Term + 1);
        var held = Renew();

        Pass(RequestTimeout + LeaseSettings.TickInterval);

        Assert.Equal(EtcdError.Timeout, ErrorOf(asked));
        Assert.Equal(EtcdError.Timeout, ErrorOf(held));
    }

    [Fact]
    public void Peer_is_answered_by_the_leader_and_sent_on_by_others()
    {
        _lease.Tell(new AskLeader(3, Id, Renew: true), TestActor);
        Assert.Equal(new LeaderIsElsewhere(3), ExpectMsg<LeaderIsElsewhere>());
        Promote(ttl: 10);

        _lease.Tell(new AskLeader(4, Id, Renew: true), TestActor);

        Assert.Equal(new LeaderAnswered(4, new LeaseTtl(10, 10)), ExpectMsg<LeaderAnswered>());
        _lease.Tell(new AskLeader(5, new LeaseId(8), Renew: false), TestActor);
        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);
        Assert.Equal(new LeaderAnswered(5, LeaseTtl.NotFound), ExpectMsg<LeaderAnswered>());
    }

    [Fact]
    public void Shrunk_time_is_recorded_and_the_next_leader_starts_from_it()
    {
        Promote(ttl: 60);
        Pass(TimeSpan.FromSeconds(16.5));
        var request = Assert.IsType<LeaseCheckpointRequest>(ExpectCommand());
        var checkpoint = Assert.Single(request.Checkpoints);
        Assert.InRange(checkpoint.RemainingTtlSeconds, 44, 50);
        Tell(new LeasesChanged([new LeaseChange.Checkpointed(Id, 40)]));
        Follow(Other, Term + 1);
        Lead(Term + 2);

        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);

        Assert.Equal(new LeaseTtl(41, 60), Query().Result);
    }

    [Fact]
    public void Renewal_forgets_the_recorded_time_through_the_log()
    {
        Promote(ttl: 60);
        Tell(new LeasesChanged([new LeaseChange.Checkpointed(Id, 40)]));
        Assert.Equal(new LeaseTtl(60, 60), Renew().Result);
        Assert.Equal(new LeaseTtl(60, 60), Renew().Result);

        Pass(LeaseSettings.TickInterval);

        var request = Assert.IsType<LeaseCheckpointRequest>(ExpectCommand());
        Assert.Equal(new LeaseCheckpoint(Id, 0), Assert.Single(request.Checkpoints));
    }

    [Fact]
    public void Word_of_the_same_leader_again_gives_no_lease_more_time()
    {
        Promote(ttl: 10);
        Pass(TimeSpan.FromSeconds(6));

        Lead(Term);

        Assert.Equal(new LeaseTtl(5, 10), Query().Result);
        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Deposed_leader_expires_nothing()
    {
        Promote(ttl: 10);
        Follow(Other, Term + 1);

        Pass(TimeSpan.FromSeconds(30));

        _gateway.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Storm_of_expiries_goes_as_fast_as_revokes_are_applied()
    {
        const int Count = 10_000;
        Tell(new LeasesRestored([.. Enumerable.Range(1, Count).Select(id => new LeaseRecord(new LeaseId(id), 10))]));
        Lead(Term);
        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);
        Settle();
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(11) - LeaseSettings.TickInterval);
        Settle();
        Pass(LeaseSettings.TickInterval);
        var revoked = ExpectRevokes(LeaseSettings.RevokesInFlightMax);
        Pass(LeaseSettings.TickInterval);
        revoked.UnionWith(ExpectRevokes(LeaseSettings.RevokesPerTickMin));
        while (revoked.Count < Count)
        {
            var before = revoked.Count;
            Tell(new LeasesChanged([.. revoked.Select(static id => new LeaseChange.Removed(id))]));
            revoked.UnionWith(ExpectRevokes(Math.Min(LeaseSettings.RevokesInFlightMax, Count - before)));
        }
    }

    private HashSet<LeaseId> ExpectRevokes(int count)
    {
        var revoked = new HashSet<LeaseId>();
        while (revoked.Count < count)
        {
            revoked.Add(Assert.IsType<LeaseRevokeRequest>(ExpectCommand()).Id);
        }

        _gateway.ExpectNoMsg(TimeSpan.FromMilliseconds(5));
        return revoked;
    }

    [Fact]
    public void Stop_fails_everybody_who_waits()
    {
        Follow(Other, Term);
        var asked = Query();
        _leader.ExpectMsg<AskLeader>();

        Sys.Stop(_lease);

        Assert.Equal(EtcdError.Stopped, ErrorOf(asked));
    }

    private static EtcdError ErrorOf(Task<LeaseTtl> question)
        => Assert.ThrowsAsync<EtcdException>(() => question.WaitAsync(TimeSpan.FromSeconds(60))).GetAwaiter().GetResult().Error;

    private void Promote(long ttl)
    {
        Restore(ttl);
        Lead(Term);
        _gateway.ExpectMsg<AwaitRead>().Read.TryComplete(true);
        Settle();
    }

    private void Restore(long ttl) => Tell(new LeasesRestored([new LeaseRecord(Id, ttl)]));

    private void Lead(long term) => Tell(new LeadershipChanged(Self, term, RaftRole.Leader));

    private void Follow(MemberId leader, long term) => Tell(new LeadershipChanged(leader, term, RaftRole.Follower));

    private Task<LeaseTtl> Renew() => Renew(Id);

    private Task<LeaseTtl> Renew(LeaseId id)
    {
        var reply = new Pending<LeaseTtl>();
        Tell(new RenewLease(id, reply));
        return reply.Completion.AsTask();
    }

    private Task<LeaseTtl> Query()
    {
        var reply = new Pending<LeaseTtl>();
        Tell(new QueryLease(Id, reply));
        return reply.Completion.AsTask();
    }

    private RaftCommand ExpectCommand() => CommandCodec.Decode(_gateway.ExpectMsg<Submit>().Command.Payload).Command;

    private void Tell(object message)
    {
        _lease.Tell(message);
        Settle();
    }

    // Behind this, everything told before was handled at the time that it was told.
    private void Settle()
    {
        _lease.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
    }

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += LeaseSettings.TickInterval)
        {
            ((TestScheduler)Sys.Scheduler).Advance(LeaseSettings.TickInterval);
            Settle();
        }
    }

    private sealed class OtherMember : ReceiveActor
    {
        public OtherMember(IActorRef probe) => Context.ActorOf(Props.Create(() => new Relay(probe)), "lease");
    }

    private sealed class Relay : ReceiveActor
    {
        public Relay(IActorRef probe) => ReceiveAny(probe.Forward);
    }
}
