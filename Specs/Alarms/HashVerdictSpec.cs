using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using Xunit;

namespace ActorEtcd.Specs.Alarms;

public sealed class HashVerdictSpec
{
    [Theory]
    [InlineData(3, "aaa", "")]
    [InlineData(3, "aa", "")]
    [InlineData(3, "aab", "3")]
    [InlineData(3, "baa", "1")]
    [InlineData(3, "ab", "0")]
    [InlineData(3, "abc", "0")]
    [InlineData(5, "aaabc", "4 5")]
    [InlineData(5, "aabb", "0")]
    [InlineData(2, "ab", "0")]
    public void Blame_goes_to_those_who_differ_from_a_majority_of_all(int members, string hashes, string blamed)
    {
        var told = hashes.Select((hash, i) => (Id: new MemberId((ulong)i + 1), Hash: hash)).ToDictionary(m => m.Id, m => m.Hash);
        var expected = blamed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => new MemberId(ulong.Parse(id)));
        Assert.Equal(expected, HashVerdict.Blame(members, told));
    }

    [Fact]
    public void Difference_of_two_sums_is_the_same_wherever_a_member_began()
    {
        var (one, other) = (new AppliedSums(), new AppliedSums());
        one.Begin(10, 500);
        other.Begin(12, 0);
        for (var index = 11; index <= 20; index++)
        {
            one.Note(index, (ulong)(500 + (index * index)));
        }

        for (var index = 13; index <= 18; index++)
        {
            other.Note(index, (ulong)((index * index) - 144));
        }

        Assert.Equal(12, other.First);
        Assert.Equal(one.Between(12, 18), other.Between(12, 18));
        Assert.Null(other.Between(11, 18));
        Assert.Null(other.Between(12, 19));
    }

    [Fact]
    public void Sums_of_old_entries_are_forgotten()
    {
        var sums = new AppliedSums();
        sums.Begin(0, 0);
        for (var index = 1L; index <= 50_000; index++)
        {
            sums.Note(index, (ulong)index * 3);
        }

        Assert.Equal(300UL, sums.Between(49_900, 50_000));
        Assert.Null(sums.Between(sums.First - 1, 50_000));
        Assert.InRange(50_000 - sums.First, 8_000, 50_000);
    }
}
