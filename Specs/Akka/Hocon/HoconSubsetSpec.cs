using Akka.Configuration;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hocon;

public class HoconSubsetSpec
{
    [SubsetFact]
    public void Optional_substitution_without_a_value_leaves_what_was_there()
    {
        var config = Parse("a = 1\na = ${?none}\nb = ${?none}\nc = x${?none}y\nd = ${a}");

        Assert.Equal(1, config.GetInt("a"));
        Assert.False(config.HasPath("b"));
        Assert.Equal("xy", config.GetString("c"));
        Assert.Equal(1, config.GetInt("d"));
    }

    [SubsetFact]
    public void Append_adds_an_element_to_the_array()
    {
        var config = Parse("a = [1]\na += 2\nb += 3");

        Assert.Equal([1, 2], config.GetIntList("a"));
        Assert.Equal([3], config.GetIntList("b"));
    }

    [SubsetFact]
    public void Substitution_of_its_own_key_stands_for_the_value_before()
    {
        var config = Parse("path = \"a\"\npath = ${path}\":b\"\nlist = [1]\nlist = ${list} [2]");

        Assert.Equal("a:b", config.GetString("path"));
        Assert.Equal([1, 2], config.GetIntList("list"));
    }

    [SubsetFact]
    public void Substituted_object_is_merged_with_the_object_after_it()
    {
        var config = Parse("base { x = 1, y = 2 }\nd = ${base} { x = 3 }\nd.z = 4");

        Assert.Equal((3, 2, 4), (config.GetInt("d.x"), config.GetInt("d.y"), config.GetInt("d.z")));
        Assert.Equal(1, config.GetInt("base.x"));
    }

    [SubsetFact]
    public void Substitutions_in_a_cycle_are_refused()
    {
        var error = Assert.Throws<FormatException>(() => Parse("a = ${b}\nb = ${a}"));

        Assert.Contains("cycle", error.Message, StringComparison.Ordinal);
    }

    [SubsetFact]
    public void Error_names_the_line_and_shows_it()
    {
        AssertRefused("a = 1\n\nb = http://x", "line 3", "b = http://x");
        AssertRefused("a = 1\nb = {\n c = 1\n", "close the object at line 2");
        AssertRefused("a = [1\n", "close the array at line 1");
        AssertRefused("a = \"x\nb = 2", "close the text at line 1");
        AssertRefused("\na = ${no.such}", "no.such at line 2");
        AssertRefused("a\nb = 1", "after key 'a'");
        AssertRefused("a = 1\n}", "line 2");
    }

    [SubsetFact]
    public void Text_of_a_configuration_reads_back_as_the_same_settings()
    {
        var config = Parse("""a { "b.c" = "x, y", d = [1, "2 3"], e { f = "http://x:1" } }""" + "\ng = 10s");
        var again = Parse(config.ToString(includeFallback: true));

        Assert.Equal("x, y", again.GetString("a.\"b.c\""));
        Assert.Equal(["1", "2 3"], again.GetStringList("a.d"));
        Assert.Equal("http://x:1", again.GetString("a.e.f"));
        Assert.Equal(TimeSpan.FromSeconds(10), again.GetTimeSpan("g"));
    }

    private static void AssertRefused(string text, params string[] parts)
    {
        var error = Assert.ThrowsAny<Exception>(() => Parse(text));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);
}
