using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Raft;

/// <summary>One Raft actor; the spec is its log, its apply actor, its parent, its peers, and time itself.</summary>
public sealed class RaftActorSpec : PatientTestKit
{
    private static readonly MemberId Me = CoreMember.Me;
    private static readonly MemberId Second = CoreMember.Second;
    private static readonly MemberId Third = CoreMember.Third;

    private readonly TestProbe _log;
    private readonly TestProbe _apply;
    private readonly TestProbe _segments;
    private readonly TestProbe _parent;
    private readonly TestProbe _second;
    private readonly TestProbe _third;
    private readonly RaftStatusHolder _status = new();
    private readonly RecordingSnapshots _snapshots = new();
    private readonly DateTimeOffset _start;

    public RaftActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        _log = CreateTestProbe("log");
        _apply = CreateTestProbe("apply");
        _segments = CreateTestProbe("segments");
        _parent = CreateTestProbe("parent");
        _second = CreateTestProbe("second");
        _third = CreateTestProbe("third");
        _start = Time.Now;
    }

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Follower_that_hears_nobody_becomes_leader_with_a_majority_and_each_step_waits_for_the_disk()
    {
        var raft = Start();
        WinElection(raft);
        Assert.Equal(new LeadershipChanged(Me, 1, RaftRole.Leader), _parent.FishForMessage<LeadershipChanged>(m => m.Role == RaftRole.Leader));
        var write = _log.ExpectMsg<PersistEntries>();
        Assert.Equal(EntryKind.NoOp, write.Entries[0].Kind);
        _second.FishForMessage<PeerMessage.AppendEntries>(_ => true);
        raft.Tell(new PeerMessage.AppendReply(Second, Me, 1, Accepted: true, 1, 0, 0));
        _apply.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        raft.Tell(new LogPersisted(write.Sequence), _log);
        Assert.Equal(1, _apply.ExpectMsg<ApplyCommitted>().Entries[0].Index);
        raft.Tell(new AppliedTo(1));
        AwaitAssert(() => Assert.Equal((RaftRole.Leader, 1, 1), (_status.Current.Role, _status.Current.Term, _status.Current.AppliedIndex)));
    }

    [Fact]
    public void Follower_that_had_no_time_itself_listens_before_it_asks_around()
    {
        var raft = Start();
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 1, 0, 1, 0));
        _second.ExpectMsg<PeerMessage.HeartbeatReply>();

        // All timers of three seconds at once: the tick comes late. The leader's heartbeat was behind it.
        Time.Advance(TimeSpan.FromSeconds(3));
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 1, 0, 2, 0));
        _second.ExpectMsg<PeerMessage.HeartbeatReply>();
        Time.Advance(TimeSpan.FromMilliseconds(300));
        Settle(raft);
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 1, 0, 3, 0));
        Assert.Equal(3, _second.ExpectMsg<PeerMessage.HeartbeatReply>().ReadRound);
        Assert.Equal(Second, _status.Current.Leader);

        // Nobody is heard now: it asks around after the grace, once.
        Time.Advance(TimeSpan.FromSeconds(3));
        Settle(raft);
        Time.Advance(TimeSpan.FromMilliseconds(300));
        _second.ExpectMsg<PeerMessage.RequestPreVote>(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Vote_leaves_only_after_the_log_says_persisted()
    {
        var raft = Start();
        raft.Tell(new PeerMessage.RequestVote(Second, Me, 4, 0, 0, Transfer: false));
        var write = _log.FishForMessage<PersistTermAndVote>(m => m.Vote == Second);
        Assert.Equal(4, write.Term);
        _second.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        raft.Tell(new LogPersisted(write.Sequence));
        Assert.True(_second.ExpectMsg<PeerMessage.VoteReply>().Granted);
    }

    [Fact]
    public void Entries_are_acknowledged_only_after_the_log_says_persisted_but_heartbeats_at_once()
    {
        var raft = Start();
        raft.Tell(CoreMember.Append(1, 0, 0, 0, CoreMember.Entry(1, 1)));
        var write = _log.FishForMessage<PersistEntries>(_ => true);
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 1, 0, 3, 0));
        Assert.Equal(3, _second.ExpectMsg<PeerMessage.HeartbeatReply>().ReadRound);
        raft.Tell(new LogPersisted(write.Sequence));
        Assert.Equal(1, _second.ExpectMsg<PeerMessage.AppendReply>().Index);
    }

    [Fact]
    public void Proposals_without_a_leader_are_refused_to_the_proposer()
    {
        var raft = Start();
        raft.Tell(Proposal("a"), TestActor);
        Assert.Equal(ProposalRefusal.NoLeader, ExpectMsg<ProposalsRefused>().Reason);
        raft.Tell(new ReadIndex(5), TestActor);
        Assert.Equal(new ReadIndexRefused(5, ReadRefusal.NoLeader), ExpectMsg<ReadIndexRefused>());
    }

    [Fact]
    public void Proposals_of_a_follower_go_to_the_leader_in_one_batch()
    {
        var raft = Start();
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        _second.ExpectMsg<PeerMessage.HeartbeatReply>();
        raft.Tell(Proposal("a", "b"), TestActor);
        var forward = _second.ExpectMsg<PeerMessage.ForwardProposals>();
        Assert.Equal(2, forward.Payloads.Length);
        raft.Tell(new PeerMessage.ForwardedProposalsRefused(
            Second, Me, ProposalRefusal.Overloaded, forward.Origin, forward.Sequence, forward.Payloads));
        Assert.Equal(ProposalRefusal.Overloaded, ExpectMsg<ProposalsRefused>().Reason);
    }

    [Fact]
    public void Leader_sends_heartbeats_by_the_clock_and_steps_down_when_nobody_answers()
    {
        var raft = Start();
        WinElection(raft);
        for (var beat = 0; beat < 5; beat++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            _third.FishForMessage<PeerMessage.Heartbeat>(_ => true);
        }

        _parent.FishForMessage<LeadershipChanged>(m => m.Role == RaftRole.Leader);
        for (var beat = 0; beat < 6; beat++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            Settle(raft);
        }

        Assert.Equal(MemberId.None, _parent.ExpectMsg<LeadershipChanged>().Leader);
    }

    [Fact]
    public void Read_index_is_answered_under_the_askers_number()
    {
        var raft = LeadOpenly();
        raft.Tell(new ReadIndex(77), TestActor);
        var heartbeat = _second.FishForMessage<PeerMessage.Heartbeat>(m => m.ReadRound > 0);
        raft.Tell(new PeerMessage.HeartbeatReply(Second, Me, 1, 1, heartbeat.ReadRound, heartbeat.SentAtTicks));
        Assert.Equal(new ReadIndexReady(77, 1), ExpectMsg<ReadIndexReady>());
    }

    [Fact]
    public void Heartbeats_that_a_leader_sends_late_are_counted()
    {
        LeadOpenly();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        _second.FishForMessage<PeerMessage.Heartbeat>(_ => true);
        Assert.Equal(0, _status.LateHeartbeats);

        Time.Advance(TimeSpan.FromMilliseconds(201));

        _second.FishForMessage<PeerMessage.Heartbeat>(_ => true);
        Assert.Equal(1, _status.LateHeartbeats);
    }

    [Fact]
    public void Round_trip_of_heartbeats_is_measured()
    {
        var measured = new List<TimeSpan>();
        _status.RoundTripMeasured = (_, trip) => measured.Add(trip);
        var raft = LeadOpenly();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        var heartbeat = _second.FishForMessage<PeerMessage.Heartbeat>(_ => true);
        Time.Advance(TimeSpan.FromMilliseconds(30));
        raft.Tell(new PeerMessage.HeartbeatReply(Second, Me, 1, 1, heartbeat.ReadRound, heartbeat.SentAtTicks));
        AwaitAssert(() => Assert.Equal(30, Assert.Single(measured).TotalMilliseconds));
    }

    [Fact]
    public void Transfer_is_answered_when_the_target_leads()
    {
        var raft = LeadOpenly();
        raft.Tell(new TransferLeadership(Second), TestActor);
        _second.FishForMessage<PeerMessage.TimeoutNow>(_ => true);
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 2, 0, 0, 0));
        Assert.Equal(new LeadershipTransferred(Second), ExpectMsg<LeadershipTransferred>());
    }

    [Fact]
    public void Transfer_to_a_lagging_member_fails_after_an_election_timeout()
    {
        var raft = LeadOpenly();
        raft.Tell(new TransferLeadership(Third), TestActor);
        for (var beat = 0; beat < 11; beat++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            var heartbeat = _second.FishForMessage<PeerMessage.Heartbeat>(_ => true);
            raft.Tell(new PeerMessage.HeartbeatReply(Second, Me, 1, 1, heartbeat.ReadRound, heartbeat.SentAtTicks));
        }

        ExpectMsg<LeadershipTransferFailed>();
    }

    [Fact]
    public void Each_checkpoint_that_is_sent_or_received_has_one_end_for_its_observer()
    {
        var raft = Start();
        var manifest = CoreMember.Manifest(40, 2);
        raft.Tell(new PeerMessage.InstallSnapshot(Second, Me, 3, manifest));
        _segments.ExpectMsg<FetchCheckpoint>();
        raft.Tell(new CheckpointFetchFailed(manifest, "none"));
        raft.Tell(new PeerMessage.InstallSnapshot(Second, Me, 3, manifest));
        _segments.ExpectMsg<FetchCheckpoint>();
        var newer = CoreMember.Manifest(50, 2);
        raft.Tell(new PeerMessage.InstallSnapshot(Second, Me, 3, newer));
        _segments.ExpectMsg<FetchCheckpoint>();
        raft.Tell(new CheckpointFetched(newer));
        _parent.FishForMessage<InstallCheckpoint>(_ => true);
        raft.Tell(new CheckpointInstalled(newer));
        Settle(raft);

        string[] ends = ["from 2", "from 2 failed", "from 2", "from 2 failed", "from 2", "from 2 done", "install", "installed"];
        Assert.Equal(ends, _snapshots.Heard);
    }

    [Fact]
    public void Checkpoint_sent_to_a_follower_ends_when_it_goes_on_or_when_this_member_leads_no_more()
    {
        var raft = Start(new LogRecovered(2, MemberId.None, CoreMember.Manifest(40, 2), [], 40));
        WinElection(raft, term: 3);
        foreach (var member in (MemberId[])[Second, Third])
        {
            raft.Tell(new PeerMessage.AppendReply(member, Me, 3, Accepted: false, 40, 0, 0));
        }

        _second.FishForMessage<PeerMessage.InstallSnapshot>(_ => true);
        raft.Tell(new PeerMessage.InstallSnapshotReply(Second, Me, 3, Installed: true, 40));
        Settle(raft);
        Assert.Equal(["to 2", "to 3", "to 2 done"], _snapshots.Heard);
        raft.Tell(new PeerMessage.Heartbeat(Third, Me, 4, 0, 1, 0));
        Settle(raft);
        Assert.Equal(["to 2", "to 3", "to 2 done", "to 3 failed"], _snapshots.Heard);
    }

    [Fact]
    public void Checkpoint_of_the_leader_is_fetched_installed_and_acknowledged()
    {
        var raft = Start();
        var manifest = CoreMember.Manifest(40, 2);
        raft.Tell(new PeerMessage.InstallSnapshot(Second, Me, 3, manifest));
        var fetch = _segments.ExpectMsg<FetchCheckpoint>();
        Assert.Equal((manifest, (IActorRef)_second.Ref), (fetch.Manifest, fetch.Source));
        raft.Tell(new CheckpointFetched(manifest));
        Assert.Equal(manifest, _parent.FishForMessage<InstallCheckpoint>(_ => true).Manifest);
        raft.Tell(new LogPersisted(_log.FishForMessage<PersistTermAndVote>(m => m.Term == 3).Sequence));
        raft.Tell(new CheckpointInstalled(manifest));
        Assert.Equal(40, _second.ExpectMsg<PeerMessage.InstallSnapshotReply>().Index);
        AwaitAssert(() => Assert.Equal(40, _status.Current.AppliedIndex));
    }

    [Fact]
    public void Recovered_commit_is_applied_before_any_leader_is_known()
    {
        var recovered = new LogRecovered(2, Me, null, [CoreMember.Entry(1, 1), CoreMember.Entry(2, 2)], 1);
        Start(recovered);
        Assert.Equal(1, Assert.Single(_apply.ExpectMsg<ApplyCommitted>().Entries).Index);
    }

    [Fact]
    public void Proposals_that_come_in_one_piece_are_forwarded_in_messages_of_bounded_size()
    {
        const int Bytes = 400 * 1024;
        var raft = Start();
        raft.Tell(new PeerMessage.Heartbeat(Second, Me, 1, 0, 0, 0));
        raft.Tell(new Propose([.. Enumerable.Range(0, 100).Select(static i => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)i, Bytes).ToArray())]));

        var next = 0;
        while (next < 100)
        {
            var message = _second.FishForMessage<PeerMessage.ForwardProposals>(_ => true);
            Assert.InRange(message.Payloads.Sum(static payload => payload.Length), 1, new RaftSettings { Id = Me, InitialConfiguration = RaftConfiguration.OfVoters(Me) }.AppendBytesMax + Bytes);
            Assert.All(message.Payloads, payload => Assert.Equal((byte)next++, payload.Span[0]));
        }
    }

    private static Propose Proposal(params string[] payloads) =>
        new([.. payloads.Select(text => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(text))]);

    // What a timer has told the actor is behind it then.
    private void Settle(IActorRef raft)
    {
        raft.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(TimeSpan.FromSeconds(60));
    }

    private IActorRef Start(LogRecovered? recovered = null)
    {
        var settings = new RaftSettings
        {
            Id = Me,
            InitialConfiguration = RaftConfiguration.OfVoters(Me, Second, Third),
            RandomSeed = 3,
            Snapshots = _snapshots,
        };
        var time = Time;
        var start = _start;
        var peers = new ProbeDirectory(new Dictionary<MemberId, IActorRef> { [Second] = _second, [Third] = _third });
        var raft = _parent.ChildActorOf(RaftActor.Props(
            settings,
            recovered ?? LogRecovered.Nothing,
            _log,
            _apply,
            _segments,
            _ => peers,
            _status,
            () => time.Now - start));
        _log.ExpectMsg<AttachRaft>();
        AwaitAssert(() => Assert.NotSame(RaftStatus.Unknown, _status.Current));
        return raft;
    }

    private void WinElection(IActorRef raft, long term = 1)
    {
        Time.Advance(TimeSpan.FromMilliseconds(1200));
        var request = _second.ExpectMsg<PeerMessage.RequestPreVote>();
        raft.Tell(new PeerMessage.PreVoteReply(Second, Me, request.Term, Granted: true));
        var vote = _log.ExpectMsg<PersistTermAndVote>();
        Assert.Equal((term, Me), (vote.Term, vote.Vote));
        _second.ExpectNoMsg(TimeSpan.FromMilliseconds(30));
        raft.Tell(new LogPersisted(vote.Sequence));
        _second.ExpectMsg<PeerMessage.RequestVote>();
        raft.Tell(new PeerMessage.VoteReply(Second, Me, term, Granted: true));
        AwaitAssert(() => Assert.Equal(RaftRole.Leader, _status.Current.Role));
    }

    private IActorRef LeadOpenly()
    {
        var raft = Start();
        WinElection(raft);
        raft.Tell(new LogPersisted(_log.ExpectMsg<PersistEntries>().Sequence));
        raft.Tell(new PeerMessage.AppendReply(Second, Me, 1, Accepted: true, 1, 0, 0));
        _apply.ExpectMsg<ApplyCommitted>();
        raft.Tell(new AppliedTo(1));
        return raft;
    }
}
