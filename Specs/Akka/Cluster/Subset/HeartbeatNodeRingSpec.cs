using Akka.Actor;
using Akka.Cluster;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster.Subset;

public class HeartbeatNodeRingSpec
{
    [Theory]
    [InlineData(1, 9)]
    [InlineData(5, 9)]
    [InlineData(20, 5)]
    public void Every_node_is_watched_by_as_many_as_are_asked_for(int nodes, int monitors)
    {
        var all = Enumerable.Range(0, nodes).Select(Node).ToList();
        var receivers = all.SelectMany(self => new HeartbeatNodeRing(self, all, [], monitors).Receivers).ToList();

        Assert.All(all, node => Assert.Equal(Math.Min(monitors, nodes - 1), receivers.Count(r => r == node)));
    }

    [Fact]
    public void Unreachable_node_is_asked_on_and_does_not_count()
    {
        var all = Enumerable.Range(0, 20).Select(Node).ToList();
        var ring = new HeartbeatNodeRing(all[0], all, [], 3);
        var unreachable = ring.Receivers.First();

        var next = ring.WithUnreachable(unreachable);

        Assert.Contains(unreachable, next.Receivers);
        Assert.Equal(4, next.Receivers.Count);
        Assert.Equal(ring.Receivers, next.WithReachable(unreachable).Receivers);
    }

    [Fact]
    public void Node_that_is_removed_is_not_asked_any_more()
    {
        var all = Enumerable.Range(0, 3).Select(Node).ToList();
        var ring = new HeartbeatNodeRing(all[0], all, [], 9).Without(all[1]);

        Assert.Equal([all[2]], ring.Receivers);
        Assert.Equal([all[1], all[2]], ring.With(all[1]).Receivers.Order());
    }

    private static UniqueAddress Node(int number) => new(new Address("akka.tcp", "sys", "127.0.0.1", 1000 + number), number);
}
