using ActorEtcd.Apply;
using Xunit;

namespace ActorEtcd.Specs.Apply;

public sealed class AppliedSumsSpec
{
    [Fact]
    public void Members_that_started_elsewhere_have_the_same_difference()
    {
        var (one, other) = (SumsOf(begin: 100, start: 0, last: 300), SumsOf(begin: 190, start: 5_000, last: 301));
        var to = one.EndFor(300);
        var from = other.StartFor(one.First, to);

        Assert.Equal((300, 256), (to, from));
        Assert.Equal(Written(256, 300), one.Between(from, to));
        Assert.Equal(Written(256, 300), other.Between(from, to));
    }

    [Fact]
    public void Short_history_without_a_mark_is_compared_from_its_first_entry()
    {
        var (one, other) = (SumsOf(begin: 257, start: 0, last: 300), SumsOf(begin: 260, start: 9, last: 310));

        var from = other.StartFor(one.First, one.EndFor(300));

        Assert.Equal(260, from);
        Assert.Equal(one.Between(from, 300), other.Between(from, 300));
        Assert.Equal(Written(260, 300), one.Between(from, 300));
    }

    [Fact]
    public void Under_load_a_comparison_ends_and_begins_at_marks_that_everybody_still_knows()
    {
        const long Asked = 40_001;
        const long Last = Asked + (3L * AppliedSums.Capacity);
        var (one, other) = (SumsOf(begin: 77, start: 0, Last), SumsOf(begin: 33_333, start: 7, Last + 1_000));

        var to = one.EndFor(Asked);
        var from = other.StartFor(one.First, to);

        Assert.Equal((39_936, 33_536), (to, from));
        Assert.Null(one.Between(from, Asked));
        Assert.Equal(Written(from, to), one.Between(from, to));
        Assert.Equal(Written(from, to), other.Between(from, to));
    }

    [Fact]
    public void Marks_older_than_those_kept_are_forgotten()
    {
        const long Last = 1_500_000;
        var sums = SumsOf(begin: 10, start: 0, Last);

        Assert.True(sums.First > 10);
        Assert.Equal(Written(sums.First, Last), sums.Between(sums.First, Last));
        Assert.Null(sums.Between(sums.First - AppliedSums.MarkInterval, Last));
        Assert.Null(sums.Between(sums.First, Last + 1));
        Assert.Equal(Last, sums.EndFor(Last));
    }

    [Fact]
    public void Store_that_takes_the_place_of_the_last_begins_anew()
    {
        var sums = SumsOf(begin: 10, start: 0, last: 5_000);
        sums.Begin(20_000, 3);
        sums.Note(20_001, 8);

        Assert.Equal(20_000, sums.First);
        Assert.Equal(5UL, sums.Between(20_000, 20_001));
        Assert.Null(sums.Between(4_096, 20_001));
    }

    private static AppliedSums SumsOf(long begin, ulong start, long last)
    {
        var sums = new AppliedSums();
        sums.Begin(begin, start);
        var sum = start;
        for (var index = begin + 1; index <= last; index++)
        {
            sum += Of(index);
            sums.Note(index, sum);
        }

        return sums;
    }

    private static ulong Written(long from, long to)
    {
        var sum = 0UL;
        for (var index = from + 1; index <= to; index++)
        {
            sum += Of(index);
        }

        return sum;
    }

    private static ulong Of(long index) => (ulong)index * 0x9e37_79b9_7f4a_7c15;
}
