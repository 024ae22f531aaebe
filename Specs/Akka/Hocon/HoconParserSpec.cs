using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hocon;

public class HoconParserSpec
{
    [Theory]
    [InlineData("a.b.c = 1")]
    [InlineData("a.b.c : 1")]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a { b.c = 1 }")]
    [InlineData("a.b { c : 1 }")]
    [InlineData("{ a : { b : { c : 1 } } }")]
    [InlineData("""{"a":{"b":{"c":"1"}}}""")]
    [InlineData("# first\na.b.c = 1 # last\n// end")]
    [InlineData("a.b.c = 2\na.b.c = 1")]
    [InlineData("a.b = text\na.b { c = 1 }")]
    [InlineData("x = 1, a.b.c = 1, y = 2")]
    public void Nested_keys_in_every_notation_give_the_same_value(string text) =>
        Assert.Equal(1, Parse(text).GetInt("a.b.c"));

    [Fact]
    public void Objects_under_one_key_are_merged()
    {
        var config = Parse("a { b = 1, c { d = 2 } }\na { b = 3, c { e = 4 } }");

        Assert.Equal((3, 2, 4), (config.GetInt("a.b"), config.GetInt("a.c.d"), config.GetInt("a.c.e")));
    }

    [Theory]
    [InlineData("a = plain text here", "plain text here")]
    [InlineData("a = \"quoted # not a comment\"", "quoted # not a comment")]
    [InlineData("a = \"tab\\tquote\\\"slash\\\\uni\\u0041\"", "tab\tquote\"slash\\uniA")]
    [InlineData("a = \"\"\"raw \\ text\nof two lines\"\"\"", "raw \\ text\nof two lines")]
    [InlineData("a = text // comment", "text")]
    [InlineData("a = 1.5.31-beta", "1.5.31-beta")]
    [InlineData("a = \"\"", "")]
    [InlineData("a =\n  next-line", "next-line")]
    public void Text_is_read_in_every_kind_of_quotes(string text, string expected) =>
        Assert.Equal(expected, Parse(text).GetString("a"));

    [Fact]
    public void Null_text_reads_as_null() => Assert.Null(Parse("a = null").GetString("a", "default"));

    [Fact]
    public void Quoted_key_may_hold_dots_and_slashes()
    {
        var config = Parse("\"/user/a.b\" { c = 1 }\n/plain/path = 2");

        Assert.Equal(1, config.GetInt("\"/user/a.b\".c"));
        Assert.Equal(2, config.GetInt("/plain/path"));
    }

    [Theory]
    [InlineData("a = [x, y, z]")]
    [InlineData("a = [\n x\n y\n z\n]")]
    [InlineData("a = [ x, # one\n \"y\", // two\n z ]")]
    [InlineData("a = [x] [y, z]")]
    public void Arrays_are_read_in_every_notation(string text) =>
        Assert.Equal(["x", "y", "z"], Parse(text).GetStringList("a"));

    [Fact]
    public void Array_of_objects_keeps_their_order()
    {
        var items = Parse("a = [ { b = 1 }, { b = 2 } ]").GetValue("a").GetArray();

        Assert.Equal([1, 2], items.Select(item => item.GetChildObject("b").GetInt()));
    }

    [Fact]
    public void Substitution_stands_for_the_final_value_of_its_path()
    {
        var config = Parse("a = ${b.c}\nb.c = 1\nb.c = 2\nd = ${b}\ne = pre-${b.c}-post");

        Assert.Equal(2, config.GetInt("a"));
        Assert.Equal(2, config.GetInt("d.c"));
        Assert.Equal("pre-2-post", config.GetString("e"));
    }

    [Fact]
    public void Include_merges_the_text_that_the_callback_gives()
    {
        var config = ConfigurationFactory.ParseString(
            "a { include \"part\"\n b = 1 }",
            name => Parser.Parse($"c = {name}", null));

        Assert.Equal("part", config.GetString("a.c"));
        Assert.Equal(1, config.GetInt("a.b"));
    }

    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("10 seconds", 10_000)]
    [InlineData("100ms", 100)]
    [InlineData("250", 250)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("500 micros", 0.5)]
    [InlineData("infinite", -1)]
    public void Durations_are_read_in_every_unit(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Parse($"a = {text}").GetTimeSpan("a"));

    [Theory]
    [InlineData("1024", 1024)]
    [InlineData("128 B", 128)]
    [InlineData("64KiB", 65536)]
    [InlineData("1m", 1048576)]
    [InlineData("2MB", 2000000)]
    [InlineData("3 GiB", 3221225472)]
    public void Byte_sizes_are_read_in_every_unit(string text, long bytes) =>
        Assert.Equal(bytes, Parse($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Booleans_are_read_in_every_spelling(string text, bool expected) =>
        Assert.Equal(expected, Parse($"a = {text}").GetBoolean("a", !expected));

    [Theory]
    [InlineData("a = 3 parsecs")]
    [InlineData("a = fast")]
    [InlineData("a = -1s")]
    public void Nonsense_for_a_duration_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Parse(text).GetTimeSpan("a"));

    [Fact]
    public void Numbers_are_read_without_regard_to_culture()
    {
        var config = Parse("a = -5, b = 2.5, c = 9000000000");

        Assert.Equal(-5, config.GetInt("a"));
        Assert.Equal(2.5, config.GetDouble("b"));
        Assert.Equal(2.5f, config.GetFloat("b"));
        Assert.Equal(9000000000L, config.GetLong("c"));
    }

    [Theory]
    [InlineData("a = 1\nb = http://x")]
    [InlineData("a = ${b}")]
    [InlineData("a = @")]
    public void Text_that_cannot_be_understood_is_refused(string text) =>
        Assert.ThrowsAny<Exception>(() => Parse(text));

    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);
}
