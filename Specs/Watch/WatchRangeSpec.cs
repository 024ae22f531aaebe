using ActorEtcd.Watch;
using Xunit;

namespace ActorEtcd.Specs.Watch;

public sealed class WatchRangeSpec
{
    [Theory]
    [InlineData("b", "", "b", true)]
    [InlineData("b", "", "ba", false)]
    [InlineData("b", "d", "b", true)]
    [InlineData("b", "d", "cz", true)]
    [InlineData("b", "d", "d", false)]
    [InlineData("b", "\0", "a", false)]
    [InlineData("b", "\0", "zz", true)]
    public void Range_contains_the_keys_that_etcds_range_end_says(string start, string end, string key, bool isIn)
        => Assert.Equal(isIn, Of(start, end).Contains(Bytes.FromUtf8(key).Span));

    [Fact]
    public void Kinds_of_ranges_are_told_apart()
    {
        Assert.True(Of("b", string.Empty).IsSingleKey);
        Assert.True(Of("b", "\0").IsOpenEnded);
        Assert.True(Of("b", "b").IsEmpty);
        Assert.True(Of("b", "a").IsEmpty);
        Assert.False(Of("b", "c").IsEmpty);
        Assert.False(Of("b", string.Empty).IsEmpty);
        Assert.False(Of("b", "\0").IsEmpty);
    }

    [Fact]
    public void Range_has_a_text_since_logs_may_name_the_message_that_carries_it()
        => Assert.Contains("Start = b, End = d", Of("b", "d").ToString(), StringComparison.Ordinal);

    private static WatchRange Of(string start, string end) => new(Bytes.FromUtf8(start), Bytes.FromUtf8(end));
}
