using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hocon;

public class ConfigSpec
{
    [Fact]
    public void Fallback_fills_in_only_what_is_missing()
    {
        var config = Parse("a { b = 1, list = [1] }").WithFallback(Parse("a { b = 2, c = 3, list = [2, 3] }\nd = 4"));

        Assert.Equal(1, config.GetInt("a.b"));
        Assert.Equal(3, config.GetInt("a.c"));
        Assert.Equal([1], config.GetIntList("a.list"));
        Assert.Equal(4, config.GetInt("d"));
    }

    [Fact]
    public void Fallbacks_chain_in_the_order_in_which_they_were_added()
    {
        var config = Parse("a = 1").WithFallback(Parse("a = 2, b = 2")).WithFallback(Parse("a = 3, b = 3, c = 3"));

        Assert.Equal((1, 2, 3), (config.GetInt("a"), config.GetInt("b"), config.GetInt("c")));
    }

    [Fact]
    public void Merging_leaves_both_sides_as_they_were()
    {
        var preferred = Parse("a { b = 1 }");
        var fallback = Parse("a { c = 2 }");
        var merged = preferred.WithFallback(fallback);

        Assert.True(merged.HasPath("a.c"));
        Assert.False(preferred.HasPath("a.c"));
        Assert.False(fallback.HasPath("a.b"));
    }

    [Fact]
    public void Section_sees_the_fallbacks_too()
    {
        var section = Parse("a.b.c = 1").WithFallback(Parse("a.b.d = 2")).GetConfig("a.b");

        Assert.Equal(["c", "d"], section.AsEnumerable().Select(entry => entry.Key).Order());
        Assert.Equal(2, section.GetInt("d"));
    }

    [Fact]
    public void Absent_path_gives_the_default()
    {
        var config = Parse("a = 1");

        Assert.Equal("x", config.GetString("b", "x"));
        Assert.Null(config.GetString("b"));
        Assert.Equal(7, config.GetInt("b", 7));
        Assert.True(config.GetBoolean("b", true));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("b", TimeSpan.FromSeconds(3)));
        Assert.Equal(9L, config.GetByteSize("b", 9L));
        Assert.Empty(config.GetStringList("b"));
        Assert.Null(config.GetConfig("b"));
        Assert.False(config.HasPath("a.b.c"));
    }

    [Fact]
    public void Empty_configuration_is_empty_until_it_has_a_fallback()
    {
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.True(Parse("# nothing").IsEmpty);
        Assert.False(ConfigurationFactory.Empty.WithFallback(Parse("a = 1")).IsEmpty);
        Assert.True(((Config?)null).IsNullOrEmpty());
    }

    [Fact]
    public void String_converts_to_a_configuration()
    {
        Config config = "a.b = on";

        Assert.True(config.GetBoolean("a.b"));
    }

    [Fact]
    public void Missing_section_is_reported_with_its_path()
    {
        var error = ConfigurationException.NullOrEmptyConfig<ConfigSpec>("akka.nothing");

        Assert.Contains("akka.nothing", error.Message, StringComparison.Ordinal);
    }

    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);
}
