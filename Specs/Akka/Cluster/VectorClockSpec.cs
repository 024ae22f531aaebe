using System.Collections.Immutable;
using Akka.Cluster;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster;

public class VectorClockSpec
{
    private static readonly Arbitrary<VectorClock> Clocks = Arb.From(
        Gen.Choose(0, 3).ListOf().Select(nodes => nodes.Aggregate(
            VectorClock.Create(), (clock, node) => clock.Increment(Node(node)))));

    [Fact]
    public void Increment_makes_a_later_clock() => Check(Prop.ForAll(Clocks, clock =>
    {
        var later = clock.Increment(Node(0));
        return later > clock && clock < later && !(later == clock) && later.CompareTo(clock) == VectorClock.Ordering.After;
    }));

    // The genuine operator holds for concurrent clocks alone, although it says that it tells whether two are not equal.
    [SubsetFact]
    public void Clocks_that_are_not_equal_are_unequal() => Check(Prop.ForAll(Clocks, Clocks, (a, b) => a != b == !(a == b)));

    [Fact]
    public void Concurrent_clocks_are_unequal() => Check(Prop.ForAll(Clocks, Clocks, (a, b) =>
        !a.IsConcurrentWith(b) || (a != b && !(a == b))));

    [Fact]
    public void Order_of_two_clocks_is_the_reverse_of_the_other_way_round() => Check(Prop.ForAll(Clocks, Clocks, (a, b) =>
        (a.CompareTo(b), b.CompareTo(a)) is (VectorClock.Ordering.Same, VectorClock.Ordering.Same)
            or (VectorClock.Ordering.Concurrent, VectorClock.Ordering.Concurrent)
            or (VectorClock.Ordering.Before, VectorClock.Ordering.After)
            or (VectorClock.Ordering.After, VectorClock.Ordering.Before)));

    [Fact]
    public void Before_is_transitive() => Check(Prop.ForAll(Clocks, Clocks, Clocks, (a, b, c) =>
        !(a.IsBefore(b) && b.IsBefore(c)) || a.IsBefore(c)));

    [Fact]
    public void Merge_is_commutative_associative_and_idempotent() => Check(Prop.ForAll(Clocks, Clocks, Clocks, (a, b, c) =>
        a.Merge(b) == b.Merge(a) && a.Merge(b).Merge(c) == a.Merge(b.Merge(c)) && a.Merge(a) == a));

    [Fact]
    public void Merge_is_the_least_clock_that_is_not_before_either() => Check(Prop.ForAll(Clocks, Clocks, (a, b) =>
    {
        var merged = a.Merge(b);
        return !merged.IsBefore(a) && !merged.IsBefore(b) && !merged.IsConcurrentWith(a) && !merged.IsConcurrentWith(b)
            && merged.Versions.All(v => v.Value == Math.Max(a.Versions.GetValueOrDefault(v.Key), b.Versions.GetValueOrDefault(v.Key)));
    }));

    [Fact]
    public void Pruned_node_leaves_no_trace() => Check(Prop.ForAll(Clocks, clock =>
        !clock.Prune(Node(1)).Versions.ContainsKey(Node(1))
        && clock.Prune(Node(1)) == clock.Increment(Node(1)).Prune(Node(1))));

    private static VectorClock.Node Node(int number) => VectorClock.Node.Create($"node-{number}");

    private static void Check(Property property) => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(1, 3), property);
}
