using Akka.Util;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster;

public class AppVersionSpec
{
    [Theory]
    [InlineData("1.2.3", "1.2.4")]
    [InlineData("1.9.0", "1.10.0")]
    [InlineData("1.2.3-RC1", "1.2.3")]
    [InlineData("1.2.3-RC1", "1.2.3-RC2")]
    [InlineData("1.2", "1.3.1")]
    public void Earlier_version_comes_first(string earlier, string later)
    {
        Assert.True(AppVersion.Create(earlier).CompareTo(AppVersion.Create(later)) < 0);
        Assert.True(AppVersion.Create(later).CompareTo(AppVersion.Create(earlier)) > 0);
    }

    [Fact]
    public void Same_text_is_the_same_version()
    {
        Assert.Equal(AppVersion.Create("3.6.0"), AppVersion.Create("3.6.0"));
        Assert.Equal("3.6.0", AppVersion.Create("3.6.0").ToString());
        Assert.True(AppVersion.Zero.CompareTo(AppVersion.Create("0.0.1")) < 0);
    }
}
