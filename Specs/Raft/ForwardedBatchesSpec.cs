using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class ForwardedBatchesSpec
{
    private static readonly MemberId Second = new(2);
    private static readonly MemberId Third = new(3);

    [Fact]
    public void Batch_that_was_taken_and_an_older_one_of_the_same_life_are_known()
    {
        var batches = new ForwardedBatches();
        Assert.True(batches.TryTake(Second, origin: 10, sequence: 1, out _));
        Assert.True(batches.TryTake(Second, origin: 10, sequence: 3, out var before));
        Assert.Equal(1, before);

        Assert.False(batches.TryTake(Second, origin: 10, sequence: 3, out var latest));
        Assert.False(batches.TryTake(Second, origin: 10, sequence: 2, out _));
        Assert.Equal(3, latest);
    }

    [Fact]
    public void Lives_and_members_count_on_their_own()
    {
        var batches = new ForwardedBatches();
        Assert.True(batches.TryTake(Second, origin: 10, sequence: 5, out _));
        Assert.True(batches.TryTake(Second, origin: 11, sequence: 1, out _));
        Assert.True(batches.TryTake(Third, origin: 10, sequence: 1, out _));

        Assert.False(batches.TryTake(Second, origin: 10, sequence: 5, out _));
        Assert.True(batches.TryTake(Second, origin: 10, sequence: 6, out _));
    }

    [Fact]
    public void Life_that_was_not_heard_of_for_many_later_ones_is_forgotten()
    {
        var batches = new ForwardedBatches();
        for (var origin = 0; origin <= ForwardedBatches.LivesKept; origin++)
        {
            Assert.True(batches.TryTake(Second, origin, sequence: 1, out _));
            Assert.False(batches.TryTake(Second, origin, sequence: 1, out _));
        }

        Assert.False(batches.TryTake(Second, origin: 1, sequence: 1, out _));
        Assert.True(batches.TryTake(Second, origin: 0, sequence: 1, out _));
    }
}
