using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Serialization;
using Akka.Util;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster.Subset;

/// <summary>The laws of gossip on the subset's own states, made by random histories of five nodes.</summary>
public class GossipSpec
{
    private const int Nodes = 5;

    private static readonly ClusterMessageSerializer Wire = new(system: null);

    // Each number is one step of the history: who does what to whom.
    private static readonly Arbitrary<int[]> Histories = Arb.From(
        Gen.Choose(0, int.MaxValue - 1).ListOf().Select(steps => steps.ToArray()));

    [Fact]
    public void Merge_is_commutative() => Check(states =>
        states.All(a => states.All(b => Same(a.Merge(b), b.Merge(a)))));

    [Fact]
    public void Merge_is_associative() => Check(states =>
        Same(states[0].Merge(states[1]).Merge(states[2]), states[0].Merge(states[1].Merge(states[2]))));

    [Fact]
    public void Merge_is_idempotent() => Check(states => states.All(a => Same(a.Merge(a), a)));

    [Fact]
    public void Merge_never_takes_a_member_back() => Check(states => states.All(a => states.All(b =>
    {
        var merged = a.Merge(b);
        return a.Members.Values.All(m =>
            !merged.Members.TryGetValue(m.UniqueAddress, out var now)
                ? b.Tombstones.ContainsKey(m.UniqueAddress) || a.Tombstones.ContainsKey(m.UniqueAddress)
                : MemberTransitions.Rank(now.Status) >= MemberTransitions.Rank(m.Status));
    })));

    [Fact]
    public void Merged_state_is_not_before_either() => Check(states => states.All(a => states.All(b =>
        a.Merge(b).CompareTo(a) is not VectorClock.Ordering.Before)));

    [Fact]
    public void Nobody_who_is_removed_is_left_anywhere() => Check(states => states.All(a => states.All(b =>
    {
        var merged = a.Merge(b);
        return merged.Tombstones.Keys.All(node =>
            !merged.HasMember(node)
            && !merged.Version.Versions.ContainsKey(Gossip.ClockNode(node))
            && !merged.Reachability.Rows.ContainsKey(node)
            && !merged.Reachability.AllUnreachable.Contains(node));
    })));

    [Fact]
    public void Nodes_that_tell_each_other_everything_end_with_the_same_state() => Check(states =>
    {
        var all = states.ToArray();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                all[(i + 1) % all.Length] = all[(i + 1) % all.Length].Merge(all[i]);
            }
        }

        return all.All(state => Same(state, all[0]));
    });

    [Fact]
    public void All_nodes_with_one_state_name_one_leader() => Check(states => states.All(state =>
        state.Members.Keys
            .Where(node => state.TrustedReachability.IsReachable(node) && state.StatusOf(node) != MemberStatus.Down)
            .Select(node => state.Leader(node)).Distinct().Count() <= 1));

    [Fact]
    public void State_survives_the_wire() => Check(states => states.All(state =>
    {
        var bytes = Bytes(state);
        return Bytes(((GossipEnvelope)Wire.FromBinary(bytes, "GE")).Gossip).AsSpan().SequenceEqual(bytes);
    }));

    private static void Check(Func<Gossip[], bool> law) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(60).WithReplay(1, 3),
        Prop.ForAll(Histories, history => law(Replay(history))));

    private static bool Same(Gossip one, Gossip other) =>
        Bytes(one with { SeenBy = [] }).AsSpan().SequenceEqual(Bytes(other with { SeenBy = [] }));

    private static byte[] Bytes(Gossip gossip) => Wire.ToBinary(new GossipEnvelope(Node(0), Node(0), gossip));

    private static UniqueAddress Node(int number) => new(new Address("akka.tcp", "sys", "127.0.0.1", 1000 + number), number);

    private static Gossip[] Replay(int[] history)
    {
        var first = Gossip.Empty.With(Enumerable.Range(0, Nodes).Select(i =>
            Member.Joining(Node(i), i % 2 == 0 ? ["even"] : [], AppVersion.Zero))).Changed(Node(0));
        var states = Enumerable.Repeat(first, Nodes).ToArray();
        foreach (var step in history)
        {
            var (actor, subject) = (step % Nodes, step / Nodes % Nodes);
            states[actor] = Step(states[actor], states[subject], Node(actor), Node(subject), step / Nodes / Nodes % 8);
        }

        return states;
    }

    private static Gossip Step(Gossip own, Gossip others, UniqueAddress self, UniqueAddress subject, int action)
    {
        if (!own.HasMember(self))
        {
            return own;
        }

        var member = own.Members.GetValueOrDefault(subject);
        return (action, member) switch
        {
            (0 or 1, _) => Hear(own, others).Seen(self),
            (2, not null) => (own with { Reachability = own.Reachability.Unreachable(self, subject) }).Changed(self),
            (3, not null) => (own with { Reachability = own.Reachability.Reachable(self, subject) }).Changed(self),
            (4, not null) => Move(own, member, MemberStatus.Up).Changed(self),
            (5, not null) => Move(own, member, MemberStatus.Leaving).Changed(self),
            (6, not null) => Move(own, member, MemberStatus.Down).Changed(self),
            (7, { Status: MemberStatus.Down }) when subject != self =>
                own.Removed(new HashSet<UniqueAddress> { subject }, 7).Changed(self),
            _ => own,
        };
    }

    private static Gossip Hear(Gossip own, Gossip others) => others.CompareTo(own) switch
    {
        VectorClock.Ordering.After => others,
        VectorClock.Ordering.Concurrent => own.Merge(others),
        _ => own,
    };

    private static Gossip Move(Gossip own, Member member, MemberStatus to) => MemberTransitions.IsAllowed(member.Status, to)
        ? own.With(to == MemberStatus.Up ? member.CopyUp(own.NextUpNumber()) : member.Copy(to))
        : own;
}
