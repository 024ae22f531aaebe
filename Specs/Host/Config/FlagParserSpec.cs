using ActorEtcd.Host.Config;
using ActorEtcd.Host.Server;
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
        var flags = Parse(["--name=flag"], ("ETCD_DATA_DIR", "environment"), ("ETCD_HEARTBEAT_INTERVAL", "50"), ("ETCD_WAL_DIR", ""));

        Assert.Equal("flag", flags.Text("name"));
        Assert.Equal("environment", flags.Text("data-dir"));
        Assert.Equal(50, flags.Number("heartbeat-interval"));
        Assert.False(flags.IsGiven("wal-dir"));
    }

    [Fact]
    public void Environment_that_a_flag_shadows_is_refused_as_in_etcd()
        => Assert.Contains(
            "conflicting environment variable \"ETCD_NAME\" is shadowed by corresponding command-line flag",
            Assert.Throws<ConfigException>(() => Parse(["--name=flag"], ("ETCD_NAME", "environment"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Old_spelling_means_the_flag_of_today_and_is_told()
    {
        var flags = Parse(["--experimental-watch-progress-notify-interval=7s"]);

        Assert.Equal(TimeSpan.FromSeconds(7), flags.Duration("watch-progress-notify-interval"));
        Assert.Equal(
            "--experimental-watch-progress-notify-interval is an old spelling of --watch-progress-notify-interval",
            Assert.Single(_warnings));
    }

    [Fact]
    public void Old_spelling_beside_the_flag_of_today_is_refused()
        => Assert.StartsWith(
            "cannot set --experimental-corrupt-check-time and --corrupt-check-time at the same time",
            Assert.Throws<ConfigException>(() => Parse(["--experimental-corrupt-check-time=1s", "--corrupt-check-time=1s"])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--max-wals=7", "--max-wals is accepted and changes nothing: ")]
    [InlineData("-snapshot", "flag \"-snapshot\" is no longer supported - ignoring.")]
    public void Flag_without_effect_is_accepted_and_told(string argument, string expected)
    {
        Parse([argument]);

        Assert.StartsWith(expected, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flag_of_etcd_3_4_to_3_7_is_known()
        => Assert.Empty(EtcdFlags.Names.Except(ServerFlags.All.Select(flag => flag.Name)));

    [Fact]
    public void Every_default_is_a_value_of_its_flag()
        => Assert.All(ServerFlags.All, flag => Assert.Null(flag.Default.Length == 0 ? null : FlagSyntax.FaultOf(flag, flag.Default)));

    [Fact]
    public void Addresses_of_old_guides_become_urls()
    {
        var flags = Parse(
            ["-name", "m2", "-peer-addr", "127.0.0.1:7002", "-addr", "127.0.0.1:4002", "-peers", "127.0.0.1:7001,127.0.0.1:7003", "-bind-addr", "0.0.0.0"]);

        Assert.Equal("http://127.0.0.1:4002", flags.Text("advertise-client-urls"));
        Assert.Equal("http://0.0.0.0:4002", flags.Text("listen-client-urls"));
        Assert.Equal("http://127.0.0.1:7002", flags.Text("initial-advertise-peer-urls"));
        Assert.Equal("http://127.0.0.1:7002", flags.Text("listen-peer-urls"));
        Assert.Equal(
            "m2=http://127.0.0.1:7002,peer-127.0.0.1:7001=http://127.0.0.1:7001,peer-127.0.0.1:7003=http://127.0.0.1:7003",
            flags.Text("initial-cluster"));
    }

    [Fact]
    public void Members_that_name_each_other_as_old_guides_do_agree_on_the_cluster()
    {
        ulong[] ids =
        [
            .. new[] { 7001, 7002, 7003 }.Select(own =>
            {
                var others = string.Join(',', new[] { 7001, 7002, 7003 }.Where(port => port != own).Select(port => $"127.0.0.1:{port}"));
                var flags = Parse(["-name", $"m{own}", "-peer-addr", $"127.0.0.1:{own}", "-peers", others]);
                var options = ServerOptionsReader.Read(flags);
                return Bootstrap.MembersOf(options.InitialCluster, options.Name, options.AdvertisePeerUrls, "t").Members.ClusterId;
            }),
        ];
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void Variables_of_old_guides_are_flags()
    {
        var flags = Parse([], ("ETCD_MAX_SNAPSHOTS", "3"), ("ETCD_MAX_WALS", "3"), ("ETCD_CORS", "http://a.example:80"), ("ETCD_PROXY", "off"));

        Assert.Equal(3, ServerOptionsReader.Read(flags).SnapshotsMax);
        Assert.Equal(["http://a.example:80"], ServerOptionsReader.Read(flags).HttpAccess.Origins);
        Assert.False(ServerOptionsReader.Read(flags).Proxy.IsOn);
    }

    [Fact]
    public void Unknown_environment_variable_is_warned_about_and_not_fatal()
    {
        Parse([], ("ETCD_NO_SUCH_FLAG", "1"), ("PATH", "/bin"));

        Assert.Equal("unrecognized environment variable ETCD_NO_SUCH_FLAG=1", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData("--no-such-flag", "flag provided but not defined: -no-such-flag")]
    [InlineData("---name", "bad flag syntax: ---name")]
    [InlineData("name", "'name' is not a valid flag")]
    [InlineData("--name", "flag needs an argument: -name")]
    public void Malformed_argument_is_refused_in_one_line(string argument, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => Parse([argument]));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(argument == "name" ? 1 : 2, error.ExitCode);
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
