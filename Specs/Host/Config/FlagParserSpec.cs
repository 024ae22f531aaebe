using ActorEtcd.Host.Config;
using Xunit;

namespace ActorEtcd.Specs.Host.Config;

public sealed class FlagParserSpec
{
    private readonly List<string> _warnings = [];

    [Theory]
    [InlineData("--name=infra0")]
    [InlineData("-name=infra0")]
    [InlineData("--name", "infra0")]
    [InlineData("-name", "infra0")]
    [InlineData("--name=other", "--name=infra0")]
    public void Flag_is_read_in_every_form(params string[] arguments)
        => Assert.Equal("infra0", Parse(arguments).Text("name"));

    [Fact]
    public void Bare_switch_is_true_and_takes_no_argument()
    {
        var flags = Parse(["--pre-vote", "--name", "n"]);

        Assert.True(flags.Switch("pre-vote"));
        Assert.Equal("n", flags.Text("name"));
    }

    [Fact]
    public void Switch_with_value_is_that_value() => Assert.False(Parse(["--pre-vote=false"]).Switch("pre-vote"));

    [Fact]
    public void Environment_counts_where_the_command_line_is_silent()
    {
        var flags = Parse(["--name=flag"], ("ETCD_NAME", "environment"), ("ETCD_HEARTBEAT_INTERVAL", "50"));

        Assert.Equal("flag", flags.Text("name"));
        Assert.Equal(50, flags.Number("heartbeat-interval"));
        Assert.Contains(_warnings, warning => warning.Contains("ETCD_NAME", StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_environment_variable_is_warned_about_and_not_fatal()
    {
        Parse([], ("ETCD_NO_SUCH_FLAG", "1"), ("PATH", "/bin"));

        Assert.Equal("unrecognized environment variable ETCD_NO_SUCH_FLAG=1", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData("--no-such-flag", "flag provided but not defined: -no-such-flag")]
    [InlineData("---name", "flag provided but not defined: -name")]
    [InlineData("name", "'name' is not a valid flag")]
    [InlineData("--name", "flag needs an argument: -name")]
    public void Malformed_argument_is_refused_in_one_line(string argument, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => Parse([argument]));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Help_names_every_flag()
    {
        var help = ServerFlags.HelpText();

        Assert.All(ServerFlags.All, flag => Assert.Contains($"--{flag.Name} ", help, StringComparison.Ordinal));
    }

    private FlagValues Parse(string[] arguments, params (string Name, string Value)[] environment)
        => FlagParser.Parse(ServerFlags.All, arguments, environment.ToDictionary(v => v.Name, v => v.Value), _warnings.Add);
}
