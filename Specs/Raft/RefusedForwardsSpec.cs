using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class RefusedForwardsSpec
{
    [Fact]
    public void Refusal_is_taken_once_in_any_order()
    {
        var refused = new RefusedForwards();
        Assert.True(refused.TryTake(2));
        Assert.True(refused.TryTake(1));
        Assert.False(refused.TryTake(2));
        Assert.False(refused.TryTake(1));
        Assert.True(refused.TryTake(3));
    }

    [Fact]
    public void Refusals_older_than_those_remembered_are_not_believed()
    {
        var refused = new RefusedForwards();
        for (var sequence = 2; sequence <= RefusedForwards.Capacity + 2; sequence++)
        {
            Assert.True(refused.TryTake(sequence));
        }

        Assert.False(refused.TryTake(1));
        Assert.False(refused.TryTake(2));
        Assert.False(refused.TryTake(RefusedForwards.Capacity + 2));
        Assert.True(refused.TryTake(RefusedForwards.Capacity + 3));
    }
}
