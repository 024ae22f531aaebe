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
    public void Zero_stands_for_the_default_where_it_does_in_etcd()
    {
        var options = Read("--snapshot-count=0", "--snapshot-catchup-entries=0", "--max-concurrent-streams=0");
        Assert.Equal((10_000L, 5_000, uint.MaxValue), (options.SnapshotCount, options.CatchUpEntries, options.ConcurrentStreamsMax));
    }

    [Theory]
    [InlineData("Nothing=true", "invalid value \"Nothing=true\" for flag -feature-gates: unrecognized feature gate: Nothing")]
    [InlineData("CompactHashCheck=x", "invalid value \"CompactHashCheck=x\" for flag -feature-gates: invalid value of CompactHashCheck=x: expected true or false")]
    public void Feature_gates_that_cannot_be_read_end_as_an_unreadable_command_line(string gates, string told)
    {
        var refusal = Assert.Throws<ConfigException>(() => Read("--feature-gates=" + gates));
        Assert.Equal((ConfigException.Unreadable, told), (refusal.ExitCode, refusal.Message));
    }

    [Fact]
    public void Initial_cluster_is_read_with_several_urls_per_name()
    {
        var cluster = InitialMember.ParseCluster("b=http://127.0.0.1:3,a=http://127.0.0.1:2,a=http://127.0.0.1:1");

        Assert.Equal(["a", "b"], cluster.Select(member => member.Name));
        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2"], cluster[0].PeerUrls.Select(url => url.ToString()));
    }

    [Theory]
    [InlineData("--initial-cluster=a", "is not of the form name=url")]
    [InlineData("--initial-cluster=a=ftp://x:1", "URL scheme must be http, https, unix, or unixs")]
    [InlineData("--initial-cluster=a=http://x:1,b=http://x:1", "duplicate urls")]
    [InlineData("--initial-advertise-peer-urls=http://x", "does not have the form \"host:port\"")]
    [InlineData("--initial-advertise-peer-urls=http://x:1/path", "must not contain a path")]
    [InlineData("--listen-peer-urls=http://example.com:2380", "expected IP in URL for binding")]
    [InlineData("--listen-client-urls=http://127.0.0.1:1", "--advertise-client-urls is required")]
    [InlineData("--election-timeout=400", "should be at least as 5 times as")]
    [InlineData("--election-timeout=60000", "is too long")]
    [InlineData("--heartbeat-interval=0", "--heartbeat-interval must be >0 (set to 0ms)")]
    [InlineData("--snapshot-count=many", "invalid value \"many\" for flag -snapshot-count: parse error")]
    [InlineData("--initial-cluster-state=old", "invalid value \"old\" for flag -initial-cluster-state: invalid value")]
    [InlineData("--auto-compaction-mode=never", "unknown auto-compaction-mode \"never\"")]
    [InlineData("--auto-compaction-retention=soon", "error parsing CompactionRetention: time: invalid duration \"soon\"")]
    [InlineData("--log-level=loud", "unknown level \"loud\"")]
    [InlineData("--compat-version=4", "expected a version")]
    [InlineData("--grpc-keepalive-min-time=often", "invalid value \"often\" for flag -grpc-keepalive-min-time: parse error")]
    [InlineData("--grpc-keepalive-min-time=-1s", "parse error")]
    [InlineData("--listen-peer-urls=unix://a", "unix sockets are for clients, not for members: unix://a")]
    [InlineData("--initial-advertise-peer-urls=unix://a", "unix sockets are for clients, not for members: unix://a")]
    [InlineData("--initial-cluster=default=unix://a", "unix sockets are for clients, not for members: unix://a")]
    [InlineData("--listen-client-urls=unix:// --advertise-client-urls=http://a:1", "URL has no path of a socket: unix://")]
    [InlineData("--listen-client-urls=unixs:///a --advertise-client-urls=http://a:1", "cannot listen on TLS for /a")]
    [InlineData("--logger=other", "unknown logger option \"other\"")]
    [InlineData("--log-format=xml", "unknown log format: xml")]
    [InlineData("--log-outputs=default,a.log", "multi logoutput for \"default\" is not supported yet")]
    [InlineData("--enable-log-rotation", "--log-outputs requires a single file path")]
    [InlineData("--enable-log-rotation --log-outputs=a.log,b.log", "--log-outputs requires a single file path")]
    [InlineData("--enable-log-rotation --log-outputs=a.log --log-rotation-config-json={", "improperly formatted log rotation config")]
    [InlineData("--enable-log-rotation --log-outputs=a.log --log-rotation-config-json={\"maxsize\":\"x\"}", "maxsize must be a whole number")]
    [InlineData("--feature-gates=Nothing=true", "unrecognized feature gate: Nothing")]
    [InlineData("--feature-gates=CompactHashCheck", "missing bool value for CompactHashCheck")]
    [InlineData("--feature-gates=CompactHashCheck=x", "invalid value of CompactHashCheck=x")]
    [InlineData("--feature-gates=CompactHashCheck=true --experimental-compact-hash-check-enabled", "cannot specify both flags")]
    [InlineData("--experimental-enable-lease-checkpoint-persist", "LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint")]
    [InlineData("--compact-hash-check-time=0s", "--compact-hash-check-time must be >0")]
    [InlineData("--discovery=http://127.0.0.1:1/x --initial-cluster=a=http://127.0.0.1:1", "multiple discovery or bootstrap flags are set")]
    [InlineData("--discovery-token=x", "both --discovery-token and --discovery-endpoints must be set")]
    [InlineData("--discovery-proxy=http://x:1 --discovery-cert=x", "both v2 discovery settings")]
    [InlineData("--proxy=maybe", "invalid value \"maybe\" for flag -proxy: invalid value")]
    [InlineData("--enable-distributed-tracing --distributed-tracing-sampling-rate=1000001", "sampling rate must be positive")]
    [InlineData("--cors=foo", "invalid value \"foo\" for flag -cors: URL scheme must be")]
    [InlineData("--peer-cert-file=a --peer-key-file=b --peer-cert-allowed-cn=x --peer-cert-allowed-hostname=y", "mutually exclusive")]
    [InlineData("--hocon-file=/nowhere", "open /nowhere: no such file or directory")]
    [InlineData("--config-file=/nowhere", "open /nowhere: no such file or directory")]
    [InlineData("-addr=127.0.0.1:1 -advertise-client-urls=http://127.0.0.1:1", "cannot set --addr and --advertise-client-urls at the same time")]
    public void Wrong_value_is_refused_with_a_line_that_says_what_is_expected(string argument, string expected)
        => Assert.Contains(expected, Assert.Throws<ConfigException>(() => Read(argument.Split(' '))).Message, StringComparison.Ordinal);

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
