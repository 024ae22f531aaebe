using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Raft;

/// <summary>Three members with real logs in memory, in one actor system and real time.</summary>
public sealed class RaftClusterSpec : PatientTestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<MemberId, IActorRef> _members = [];
    private readonly Dictionary<MemberId, RaftStatusHolder> _status = [];
    private readonly Dictionary<MemberId, List<string>> _applied = [];
    private int _lives;

    public RaftClusterSpec()
        : base(
            """
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            """)
    {
    }

    [Fact]
    public void Three_members_elect_replicate_survive_the_leader_and_take_it_back()
    {
        var ids = Enumerable.Range(1, 3).Select(number => new MemberId((ulong)number)).ToArray();
        foreach (var id in ids)
        {
            Start(id, ids);
        }

        var leader = AwaitLeader(ids);
        Propose(leader, "a", "b");
        Propose(ids.First(id => id != leader), "c");
        AwaitApplied(ids, "a", "b", "c");

        Stop(leader);
        var rest = ids.Where(id => id != leader).ToArray();
        var next = AwaitLeader(rest);
        Propose(next, "d");
        AwaitApplied(rest, "a", "b", "c", "d");
        _members[rest.First(id => id != next)].Tell(new ReadIndex(9), TestActor);
        Assert.Equal(9, ExpectMsg<ReadIndexReady>(Patience).RequestId);

        Start(leader, ids);
        AwaitApplied(ids, "a", "b", "c", "d");
        AwaitAssert(() => Assert.Equal(next, _status[leader].Current.Leader), Patience);
        _members[next].Tell(new TransferLeadership(leader), TestActor);
        Assert.Equal(leader, ExpectMsg<LeadershipTransferred>(Patience).Leader);
        Propose(leader, "e");
        AwaitApplied(ids, "a", "b", "c", "d", "e");
    }

    [Fact]
    public void Sole_member_leads_at_once_and_applies_everything_again_after_a_restart()
    {
        var id = new MemberId(1);
        Start(id, id);
        AwaitLeader(id);
        Propose(id, "a", "b");
        AwaitApplied([id], "a", "b");
        Stop(id);
        Start(id, id);
        AwaitApplied([id], "a", "b");
    }

    private void Start(MemberId id, params MemberId[] ids)
    {
        var settings = new RaftSettings
        {
            Id = id,
            InitialConfiguration = RaftConfiguration.OfVoters(ids),
            // So long that nobody gives up on a leader because the machine stood still for a moment.
            HeartbeatInterval = TimeSpan.FromMilliseconds(100),
            ElectionTimeout = TimeSpan.FromSeconds(2),
            RandomSeed = ++_lives,
        };
        var status = _status[id] = new RaftStatusHolder();
        var applied = _applied[id] = [];
        _members[id] = Sys.ActorOf(
            Props.Create(() => new MemberActor(settings, system => new LocalDirectory(system), status, applied)),
            $"member-{id}-{_lives}");
    }

    private void Stop(MemberId id)
    {
        Watch(_members[id]);
        Sys.Stop(_members[id]);
        ExpectTerminated(_members[id], Patience);
        LocalDirectory.Members.TryRemove((Sys, id), out _);
        _members.Remove(id);
    }

    private MemberId AwaitLeader(params MemberId[] among)
    {
        foreach (var id in among)
        {
            LocalDirectory.Members[(Sys, id)] = _members[id];
        }

        var leader = MemberId.None;
        AwaitAssert(
            () => leader = Assert.Single(among, id => _status[id].Current is { Role: RaftRole.Leader, CommitIndex: > 0 } s
                && among.All(other => _status[other].Current.Term == s.Term && _status[other].Current.Leader == id)),
            Patience);
        return leader;
    }

    private void Propose(MemberId at, params string[] payloads) => _members[at].Tell(
        new Propose([.. payloads.Select(text => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(text))]), TestActor);

    private void AwaitApplied(MemberId[] at, params string[] payloads)
    {
        foreach (var id in at)
        {
            LocalDirectory.Members[(Sys, id)] = _members[id];
            AwaitAssert(
                () =>
                {
                    lock (_applied[id])
                    {
                        Assert.Equal(payloads, _applied[id].Order());
                    }
                },
                Patience);
        }
    }
}
