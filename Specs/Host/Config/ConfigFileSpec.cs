using ActorEtcd.Host.Config;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Config;

public sealed class ConfigFileSpec : IDisposable
{
    private readonly TempDir _dir = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _dir.Dispose();

    [Fact]
    public void File_gives_every_kind_of_value()
    {
        var options = ServerOptionsReader.Read(Read("""
            # as etcd.conf.yml.sample has them
            name: 'infra0'
            data-dir: /var/lib/etcd
            snapshot-count: 5000
            quota-backend-bytes: -1
            max-wals: 5
            grpc-keepalive-min-time: 3000000000
            pre-vote: false
            initial-election-tick-advance: yes
            listen-client-urls: http://127.0.0.1:2379,http://127.0.0.1:4001
            cipher-suites: [
              TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
              TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
            ]
            log-outputs: [stderr, a.log]
            wal-dir:
            initial-cluster-token: ""
            host-whitelist: a.example,b.example
            feature-gates: CompactHashCheck=true
            """));

        Assert.Equal("infra0", options.Name);
        Assert.Equal("/var/lib/etcd", options.DataDirectory);
        Assert.Null(options.WalDirectory);
        Assert.Equal(5000, options.SnapshotCount);
        Assert.Equal(TimeSpan.FromSeconds(3), options.KeepAliveMinTime);
        Assert.False(options.PreVote);
        Assert.True(options.ShortFirstElection);
        Assert.Equal(2, options.ListenClientUrls.Count);
        Assert.Equal("http://localhost:2379", Assert.Single(options.AdvertiseClientUrls).ToString());
        Assert.Equal("infra0", Assert.Single(options.InitialCluster).Name);
        Assert.Equal("etcd-cluster", options.InitialClusterToken);
        Assert.NotNull(options.TlsProtocol.CipherSuites);
        Assert.Equal(["stderr", "a.log"], options.Log.Outputs);
        Assert.Equal(["a.example", "b.example"], options.HttpAccess.Hosts);
        Assert.True(options.Corruption.ChecksCompactions);
        Assert.StartsWith("--max-wals is accepted and changes nothing", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_hold_what_tls_and_discovery_need()
    {
        var flags = Read("""
            client-transport-security:
              cert-file: server.pem
              key-file: server-key.pem
              client-cert-auth: true
              trusted-ca-file: ca.pem
              auto-tls: false
              allowed-hostname: [a, b]
            peer-transport-security:
              cert-file: peer.pem
              allowed-cn:
              - etcd
              - other
            socket-options:
              reuse-port: true
            discovery-config:
              token: t
              client:
                endpoints: ["http://127.0.0.1:2379"]
                request-timeout: 1000000000
                secure:
                  cacert: ca.pem
            """);

        Assert.Equal("server.pem", flags.Text("cert-file"));
        Assert.True(flags.Switch("client-cert-auth"));
        Assert.Equal(["a", "b"], flags.List("client-cert-allowed-hostname"));
        Assert.Equal("peer.pem", flags.Text("peer-cert-file"));
        Assert.Equal(["etcd", "other"], flags.List("peer-cert-allowed-cn"));
        Assert.True(flags.Switch("socket-reuse-port"));
        Assert.Equal("t", flags.Text("discovery-token"));
        Assert.Equal(TimeSpan.FromSeconds(1), flags.Duration("discovery-request-timeout"));
        Assert.Equal("ca.pem", flags.Text("discovery-cacert"));
    }

    [Fact]
    public void File_stands_in_the_place_of_flags_and_environment()
    {
        var path = Write("name: file");
        var environment = new Dictionary<string, string> { ["ETCD_NAME"] = "environment", ["ETCD_CONFIG_FILE"] = path, ["ETCD_OTHER"] = "x" };
        var flags = FlagParser.Parse(ServerFlags.All, ["--data-dir=flag"], environment, _warnings.Add);

        Assert.Equal("file", flags.Text("name"));
        Assert.False(flags.IsGiven("data-dir"));
        Assert.Equal(path, flags.File);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("nonsense: 1\nname: x", "the field nonsense is unknown")]
    [InlineData("cert-file: x", "the field cert-file is unknown")]
    [InlineData("peer-transport-security:\n  nonsense: 1", "the field peer-transport-security.nonsense is unknown")]
    public void Unknown_field_is_passed_over_and_told(string text, string expected)
    {
        Read(text);
        Assert.Contains(expected, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{}")]
    [InlineData("{\"name\": \"default\", \"snapshot-count\": 10000}")]
    public void Empty_file_and_json_are_files_too(string text) => Assert.Equal(10_000, ServerOptionsReader.Read(Read(text)).SnapshotCount);

    [Theory]
    [InlineData("a: [", "error converting YAML")]
    [InlineData("a: [\nlisten-client-urls: http://127.0.0.1:1", "error converting YAML")]
    [InlineData("- a\n- b", "the file must hold fields with values")]
    [InlineData("snapshot-count: many", "\"many\" of the field snapshot-count: parse error")]
    [InlineData("snapshot-count: '5'", "snapshot-count must be a number")]
    [InlineData("grpc-keepalive-min-time: 5s", "grpc-keepalive-min-time must be a whole number of nanoseconds")]
    [InlineData("pre-vote: 1", "pre-vote must be true or false")]
    [InlineData("name: [a]", "name must be a single value")]
    [InlineData("cipher-suites: a", "cipher-suites must be a list")]
    [InlineData("peer-transport-security: x", "invalid peer-transport-security")]
    [InlineData("listen-peer-urls: http://127.0.0.1", "unexpected error setting up listen-peer-urls: URL address does not have the form")]
    [InlineData("initial-cluster-state: old", "initial-cluster-state: invalid value")]
    [InlineData("discovery: http://x:1/y\ninitial-cluster: a=http://x:1", "multiple discovery or bootstrap flags are set")]
    [InlineData("experimental-corrupt-check-time: 1\ncorrupt-check-time: 1", "cannot set --experimental-corrupt-check-time and --corrupt-check-time")]
    public void Wrong_field_is_refused_in_one_line(string text, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => ServerOptionsReader.Read(Read(text)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(1, error.ExitCode);
    }

    private FlagValues Read(string text)
        => FlagParser.Parse(ServerFlags.All, ["--config-file", Write(text)], new Dictionary<string, string>(), _warnings.Add);

    private string Write(string text)
    {
        var path = Path.Combine(_dir.Path, "etcd.yml");
        File.WriteAllText(path, text);
        return path;
    }
}
