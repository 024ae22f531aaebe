using System.Collections.Immutable;
using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Specs.Store;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Alarms;

/// <summary>Three members' hash check actors, each over a store of its own, with this spec in the role of Raft.</summary>
public sealed class HashCheckActorSpec : PatientTestKit
{
    private static readonly MemberId[] Ids = [new(1), new(2), new(3)];

    private readonly Peer[] _peers;
    private readonly IActorRef[] _actors = new IActorRef[3];
    private readonly TestProbe _gateway;
    private readonly TestProbe _parent;

    /// <summary>How many of the next messages do not arrive.</summary>
    private int _lost;

    public HashCheckActorSpec()
        : base("akka.loglevel = WARNING")
    {
        _gateway = CreateTestProbe();
        _parent = CreateTestProbe();
        _peers = [.. Ids.Select(static _ => new Peer())];
    }

    [Fact]
    public void Members_that_apply_the_same_are_compared_and_nobody_is_blamed()
    {
        Start(new HashCheckSettings { SumInterval = TimeSpan.FromMilliseconds(20) });
        ApplyEverywhere("a", "b", "c");

        Until(() => _peers[0].Counters.Comparisons >= 8);

        Assert.Equal(0, _peers[0].Counters.Differences);
        _gateway.ExpectNoMsg(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Member_that_wrote_something_else_is_named_although_it_may_be_the_leader(int wrong)
    {
        Start(new HashCheckSettings { SumInterval = TimeSpan.FromMilliseconds(20) });
        ApplyEverywhere("a");
        for (var i = 0; i < _peers.Length; i++)
        {
            _peers[i].Apply("b", i == wrong ? "flipped" : "right");
        }

        ApplyEverywhere("c");

        Assert.Equal(new AlarmRequest(AlarmAction.Activate, Ids[wrong], AlarmType.Corrupt), ExpectAlarm());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Member_whose_users_leases_or_v2_keys_differ_is_named_although_the_entries_wrote_the_same(int wrong)
    {
        for (var i = 0; i < _peers.Length; i++)
        {
            _peers[i].State = i == wrong ? 5UL : 3UL;
        }

        ApplyEverywhere("a", "b");
        Start(new HashCheckSettings { SumInterval = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(new AlarmRequest(AlarmAction.Activate, Ids[wrong], AlarmType.Corrupt), ExpectAlarm());
    }

    [Fact]
    public void Member_of_an_earlier_version_that_tells_nothing_of_its_state_is_compared_by_what_entries_wrote_alone()
    {
        (_peers[0].State, _peers[1].State, _peers[2].State) = (3, 3, 0);
        ApplyEverywhere("a", "b");
        Start(new HashCheckSettings { SumInterval = TimeSpan.FromMilliseconds(20) });
        AwaitCondition(() => _peers[0].Counters.Comparisons >= 8, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(20));
        Assert.Equal(0, _peers[0].Counters.Differences);
        _gateway.ExpectNoMsg(TimeSpan.Zero);

        _peers[2].Apply("c", "flipped");
        _peers[0].Apply("c", "right");
        _peers[1].Apply("c", "right");

        Assert.Equal(new AlarmRequest(AlarmAction.Activate, Ids[2], AlarmType.Corrupt), ExpectAlarm());
    }

    [Fact]
    public void Nobody_is_named_by_half_of_those_who_tell_their_state_while_an_earlier_version_tells_nothing()
    {
        (_peers[0].State, _peers[1].State, _peers[2].State) = (3, 0, 5);
        ApplyEverywhere("a", "b");
        Start(new HashCheckSettings { SumInterval = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(new AlarmRequest(AlarmAction.Activate, MemberId.None, AlarmType.Corrupt), ExpectAlarm());

        // The third is waited for in three rounds, each of which finds the difference, before the cluster is blamed as a whole.
        Assert.True(_peers[0].Counters.Differences > 3, $"{_peers[0].Counters.Differences} differences");
    }

    [Fact]
    public void Keys_are_compared_when_asked_for_although_the_newest_entries_agree()
    {
        _peers[2].Apply("old", "flipped");
        _peers[0].Apply("old", "right");
        _peers[1].Apply("old", "right");
        foreach (var peer in _peers)
        {
            peer.Sums.Begin(peer.Index, peer.Store.WrittenSum);
        }

        Start(new HashCheckSettings { SumInterval = TimeSpan.FromHours(1), CheckTime = TimeSpan.FromMilliseconds(30) });

        Assert.Equal(new AlarmRequest(AlarmAction.Activate, Ids[2], AlarmType.Corrupt), ExpectAlarm());
    }

    [Theory]
    [InlineData("right", false)]
    [InlineData("flipped", true)]
    public void Check_at_the_start_tells_the_parent_whether_the_others_hold_the_same(string value, bool differs)
    {
        _peers[0].Apply("old", value);
        _peers[1].Apply("old", "right");
        _peers[2].Apply("old", "right");
        for (var i = 1; i < 3; i++)
        {
            _actors[i] = Sys.ActorOf(PropsOf(i, new HashCheckSettings()));
        }

        _parent.ChildActorOf(PropsOf(0, new HashCheckSettings { CheckAtStart = true }));

        Assert.Equal(differs, _parent.ExpectMsg<InitialHashCheck>().Differs);
    }

    [Fact]
    public void Check_at_the_start_asks_again_when_a_question_was_lost()
    {
        _peers[0].Apply("old", "flipped");
        _peers[1].Apply("old", "right");
        _peers[2].Apply("old", "right");
        _lost = 2;
        for (var i = 1; i < 3; i++)
        {
            _actors[i] = Sys.ActorOf(PropsOf(i, new HashCheckSettings()));
        }

        _parent.ChildActorOf(PropsOf(0, new HashCheckSettings { CheckAtStart = true }));

        Assert.True(_parent.ExpectMsg<InitialHashCheck>().Differs);
    }

    private void Start(HashCheckSettings settings)
    {
        for (var i = 0; i < _actors.Length; i++)
        {
            _actors[i] = Sys.ActorOf(PropsOf(i, settings));
        }

        foreach (var actor in _actors)
        {
            actor.Tell(new LeadershipChanged(Ids[0], 1, RaftRole.Leader));
        }
    }

    private Props PropsOf(int i, HashCheckSettings settings) => HashCheckActor.Props(
        settings,
        Ids[i],
        _peers[i].Views,
        _peers[i].Replicated,
        _ => member => Interlocked.Decrement(ref _lost) >= 0 ? null : _actors[Array.IndexOf(Ids, member)],
        _gateway,
        new RequestIds(Ids[i], DateTimeOffset.UnixEpoch),
        _peers[i].Counters);

    private void ApplyEverywhere(params string[] keys)
    {
        foreach (var key in keys)
        {
            foreach (var peer in _peers)
            {
                peer.Apply(key, "right");
            }
        }
    }

    private RaftCommand ExpectAlarm()
    {
        var submit = _gateway.ExpectMsg<Submit>();
        return CommandCodec.Decode(submit.Command.Payload).Command;
    }

    private sealed class Peer
    {
        private long _index;

        public Peer()
        {
            Store = new MvccStore(new MemorySegmentStorage(), new AllLeases(), new StoreSettings());
            Views = new ViewSource(Store.Publish(0, 1).View);
            var members = MemberTable.Of(7, Ids.Select(static id => new Member(id, string.Empty, ["http://127.0.0.1:1"], [])));
            Replicated = new ReplicatedSource(members, ImmutableSortedSet<AlarmMember>.Empty, 0);
            Sums.Begin(0, Store.WrittenSum);
        }

        public MvccStore Store { get; }

        public ViewSource Views { get; }

        public ReplicatedSource Replicated { get; }

        public HashCheckCounters Counters { get; } = new();

        public AppliedSums Sums => Replicated.Sums;

        public long Index => _index;

        public ulong State { get; set; }

        public void Apply(string key, string value)
        {
            Store.Put(new PutRequest(Bytes.FromUtf8(key), Bytes.FromUtf8(value), LeaseId.None));
            _index++;
            Sums.Note(_index, Store.WrittenSum, State);
            Views.Current = Store.Publish(_index, 1).View;
            Replicated.AppliedIndex = _index;
        }
    }
}
