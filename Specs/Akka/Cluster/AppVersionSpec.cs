using Akka.Util;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster;

public class AppVersionSpec
{
    [Theory]
    [InlineData("1", "2")]
    [InlineData("1.2.3", "1.2.4")]
    [InlineData("1.9.0", "1.10.0")]
    [InlineData("1.2", "1.3.1")]
    [InlineData("1.2", "1.2.1")]
    [InlineData("1.2-RC1", "1.2-RC2")]
    [InlineData("1.2.3-RC1", "1.2.3-RC2")]
    [InlineData("1.0.0+3-73475dce26", "1.0.0+10-ed316bd024")]
    [InlineData("1.0+3-73475dce26", "1.0+10-ed316bd024")]
    [InlineData("alpha", "beta")]
    public void Earlier_version_comes_first(string earlier, string later)
    {
        Assert.True(AppVersion.Create(earlier).CompareTo(AppVersion.Create(later)) < 0);
        Assert.True(AppVersion.Create(later).CompareTo(AppVersion.Create(earlier)) > 0);
    }

    [Fact]
    public void Candidate_comes_before_its_version() =>
        Assert.True(AppVersion.Create("1.2.3-RC1").CompareTo(AppVersion.Create("1.2.3")) < 0);

    // The genuine comparison says of each of the two that it is the earlier one.
    [SubsetFact]
    public void Version_comes_after_its_candidate() =>
        Assert.True(AppVersion.Create("1.2.3").CompareTo(AppVersion.Create("1.2.3-RC1")) > 0);

    [Fact]
    public void Same_text_is_the_same_version()
    {
        Assert.Equal(AppVersion.Create("3.6.0"), AppVersion.Create("3.6.0"));
        Assert.Equal("3.6.0", AppVersion.Create("3.6.0").ToString());
        Assert.True(AppVersion.Zero.CompareTo(AppVersion.Create("0.0.1")) < 0);
    }

    [Fact]
    public void Versions_of_other_texts_are_not_equal_though_none_comes_first()
    {
        Assert.True(AppVersion.Create("1.2") != AppVersion.Create("1.2.0"));
        Assert.Equal(0, AppVersion.Create("1.2").CompareTo(AppVersion.Create("1.2.0")));
    }

    [Fact]
    public void Version_of_the_program_has_three_numbers() =>
        Assert.Matches(@"^\d+\.\d+\.\d+$", AppVersion.Create("Assembly-Version").Version);

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3.4")]
    public void Text_of_no_parts_or_too_many_is_refused(string text) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AppVersion.Create(text));

    [Theory]
    [InlineData("a.b")]
    [InlineData("1.x")]
    [InlineData("1..3")]
    [InlineData("1.2.x-RC1")]
    public void Part_that_is_no_number_is_refused(string text) =>
        Assert.Throws<FormatException>(() => AppVersion.Create(text));
}
