using ActorEtcd.Host.Config;
using Xunit;

namespace ActorEtcd.Specs.Host.Config;

public sealed class ServerOptionsSpec
{
    [Fact]
    public void Defaults_are_those_of_etcd()
    {
        var options = Read();

        Assert.Equal("default", options.Name);
        Assert.Equal(Path.GetFullPath("default.etcd"), options.DataDirectory);
        Assert.Equal("http://localhost:2379", Assert.Single(options.ListenClientUrls).ToString());
        Assert.Equal("default", Assert.Single(options.InitialCluster).Name);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(1), options.ElectionTimeout);
        Assert.Equal(2L * 1024 * 1024 * 1024, options.QuotaBytes);
        Assert.Equal(AutoCompaction.Off, options.AutoCompaction);
        Assert.Equal(uint.MaxValue, options.ConcurrentStreamsMax);
        Assert.Equal(TimeSpan.FromSeconds(5), options.KeepAliveMinTime);
        Assert.Equal(TimeSpan.FromHours(2), options.KeepAliveInterval);
        Assert.Equal(TimeSpan.FromSeconds(20), options.KeepAliveTimeout);
        Assert.True(options.EnableGateway);
    }

    [Fact]
    public void Interval_of_nothing_means_that_the_server_never_pings()
        => Assert.Equal(Timeout.InfiniteTimeSpan, Read("--grpc-keepalive-interval=0").KeepAliveInterval);

    [Fact]
    public void Initial_cluster_is_read_with_several_urls_per_name()
    {
        var cluster = InitialMember.ParseCluster("b=http://127.0.0.1:3,a=http://127.0.0.1:2,a=http://127.0.0.1:1");

        Assert.Equal(["a", "b"], cluster.Select(member => member.Name));
        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2"], cluster[0].PeerUrls.Select(url => url.ToString()));
    }

    [Theory]
    [InlineData("--initial-cluster=a", "is not of the form name=url")]
    [InlineData("--initial-cluster=a=ftp://x:1", "URL scheme must be http or https")]
    [InlineData("--initial-cluster=a=http://x:1,b=http://x:1", "duplicate urls")]
    [InlineData("--initial-advertise-peer-urls=http://x", "does not have the form \"host:port\"")]
    [InlineData("--initial-advertise-peer-urls=http://x:1/path", "must not contain a path")]
    [InlineData("--listen-peer-urls=http://example.com:2380", "expected IP in URL for binding")]
    [InlineData("--listen-client-urls=http://127.0.0.1:1", "--advertise-client-urls is required")]
    [InlineData("--election-timeout=400", "should be at least as 5 times as")]
    [InlineData("--election-timeout=60000", "is too long")]
    [InlineData("--heartbeat-interval=0", "expected a whole number of at least 1")]
    [InlineData("--snapshot-count=many", "expected a whole number")]
    [InlineData("--initial-cluster-state=old", "expected new or existing")]
    [InlineData("--auto-compaction-mode=never", "expected periodic or revision")]
    [InlineData("--auto-compaction-retention=soon", "neither hours nor a duration")]
    [InlineData("--log-level=loud", "unknown --log-level")]
    [InlineData("--compat-version=4", "expected a version")]
    [InlineData("--max-concurrent-streams=0", "expected a whole number from 1 to 4294967295")]
    [InlineData("--grpc-keepalive-min-time=often", "expected a duration such as 10s")]
    public void Wrong_value_is_refused_with_a_line_that_says_what_is_expected(string argument, string expected)
        => Assert.Contains(expected, Assert.Throws<ConfigException>(() => Read(argument)).Message, StringComparison.Ordinal);

    [Fact]
    public void Name_missing_from_the_initial_cluster_is_refused_at_bootstrap()
    {
        var options = Read("--name=c", "--initial-cluster=a=http://localhost:2380");

        var error = Assert.Throws<ConfigException>(() => ServerOptionsReader.CheckBootstrap(options));
        Assert.Contains("couldn't find local name \"c\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Advertised_urls_that_differ_from_the_initial_cluster_are_refused_at_bootstrap()
    {
        var options = Read("--name=a", "--initial-cluster=a=http://localhost:2390");

        Assert.Throws<ConfigException>(() => ServerOptionsReader.CheckBootstrap(options));
    }

    [Theory]
    [InlineData("1", 3600)]
    [InlineData("10m", 600)]
    [InlineData("1h30m", 5400)]
    public void Periodic_retention_is_hours_or_a_duration(string retention, int seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), AutoCompaction.Parse("periodic", retention).Period);

    [Fact]
    public void Revision_retention_is_a_count() => Assert.Equal(1000, AutoCompaction.Parse("revision", "1000").Revisions);

    private static ServerOptions Read(params string[] arguments)
        => ServerOptionsReader.Read(FlagParser.Parse(ServerFlags.All, arguments, new Dictionary<string, string>(), _ => { }));
}
