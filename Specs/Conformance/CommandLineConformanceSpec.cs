using System.Diagnostics;
using System.Text.RegularExpressions;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Conformance;

/// <summary>The same wrong command lines, variables and files to a real etcd: the same exit code, and the same reason.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class CommandLineConformanceSpec : IDisposable
{
    private readonly TempDir _dir = new();

    public void Dispose() => _dir.Dispose();

    [Theory]
    [InlineData("--bogus")]
    [InlineData("-bogus=1")]
    [InlineData("--name")]
    [InlineData("---name=x")]
    [InlineData("serve")]
    [InlineData("--max-txn-ops many")]
    [InlineData("--snapshot-count=-1")]
    [InlineData("--quota-backend-bytes=1e9")]
    [InlineData("--pre-vote=perhaps")]
    [InlineData("--grpc-keepalive-min-time=often")]
    [InlineData("--listen-client-urls=ftp://127.0.0.1:1")]
    [InlineData("--listen-peer-urls=http://127.0.0.1")]
    [InlineData("--initial-advertise-peer-urls=http://127.0.0.1:1/x")]
    [InlineData("--cors=foo")]
    [InlineData("--initial-cluster-state=old")]
    [InlineData("--proxy=maybe")]
    [InlineData("--discovery-fallback=x")]
    [InlineData("--logger=zap --listen-peer-urls=http://example.invalid:1")]
    [InlineData("--logger=zap --listen-client-urls=http://127.0.0.1:1")]
    [InlineData("--logger=zap --election-timeout=300 --heartbeat-interval=100")]
    [InlineData("--logger=zap --election-timeout=60000")]
    [InlineData("--logger=zap --heartbeat-interval=0")]
    [InlineData("--logger=zap --auto-compaction-mode=foo")]
    [InlineData("--logger=zap --auto-compaction-retention=soon")]
    [InlineData("--logger=zap --name=c --initial-cluster=a=http://127.0.0.1:1")]
    [InlineData("--logger=zap --log-outputs=default,stdout")]
    [InlineData("--config-file=/nowhere")]
    public Task Wrong_command_line_ends_as_etcds_does(string arguments) => SameAsync(arguments.Split(' '), []);

    [Theory]
    [InlineData("ETCD_MAX_TXN_OPS=many")]
    [InlineData("ETCD_LISTEN_PEER_URLS=http://127.0.0.1")]
    [InlineData("ETCD_INITIAL_CLUSTER_STATE=old")]
    [InlineData("ETCD_NAME=x", "--name=y")]
    [InlineData("ETCD_CONFIG_FILE=/nowhere")]
    public Task Wrong_environment_ends_as_etcds_does(string variable, params string[] arguments)
        => SameAsync(arguments, new() { [variable[..variable.IndexOf('=')]] = variable[(variable.IndexOf('=') + 1)..] });

    [Theory]
    [InlineData("heartbeat-interval: 0")]
    [InlineData("election-timeout: 300\nheartbeat-interval: 100")]
    [InlineData("auto-compaction-mode: foo")]
    [InlineData("listen-peer-urls: http://127.0.0.1")]
    [InlineData("discovery: http://127.0.0.1:1/x\ninitial-cluster: a=http://127.0.0.1:1", "multiple discovery or bootstrap flags are set")]
    [InlineData("snapshot-count: many", "snapshot-count")]
    [InlineData("grpc-keepalive-min-time: 5s", "grpc-keepalive-min-time")]
    [InlineData("cipher-suites: a", "cipher-suites")]
    [InlineData("a: [", "error converting YAML")]
    public Task Wrong_file_ends_as_etcds_does(string text, string? reason = null)
    {
        string path = Path.Combine(_dir.Path, "etcd.yml");
        File.WriteAllText(path, $"logger: zap\n{text}\n");
        return SameAsync(["--config-file", path], [], reason);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--version --name=x")]
    [InlineData("--force --version")]
    [InlineData("-h")]
    [InlineData("--help")]
    public async Task Question_is_answered_with_the_same_code(string arguments)
    {
        await using ServerRun etcd = Start(new ProcessStartInfo(EtcdProcess.Binary), arguments.Split(' '), [], "etcd");
        await using ServerRun ours = Start(ActorEtcdProcess.Executable(), arguments.Split(' '), [], "ours");
        Assert.Equal(await etcd.ExitCodeAsync(), await ours.ExitCodeAsync());
        Assert.NotEmpty(ours.Output);
    }

    [Theory]
    [InlineData("name: infra0")]
    [InlineData("snapshot-count: 5\nunknown-field: 7\npre-vote: yes")]
    [InlineData("client-transport-security:\n  client-cert-auth: false\nlog-outputs: [stderr]")]
    public async Task Good_file_starts_both(string text)
    {
        foreach (ProcessStartInfo start in new[] { new ProcessStartInfo(EtcdProcess.Binary), ActorEtcdProcess.Executable() })
        {
            using var node = new Node();
            string path = Path.Combine(node.Directory, "etcd.yml");
            await File.WriteAllTextAsync(path, $"""
                logger: zap
                data-dir: {node.DataDir}
                listen-client-urls: {node.ClientUrl}
                advertise-client-urls: {node.ClientUrl}
                listen-peer-urls: {node.PeerUrl}
                initial-advertise-peer-urls: {node.PeerUrl}
                initial-cluster: {(text.StartsWith("name", StringComparison.Ordinal) ? "infra0" : "default")}={node.PeerUrl}
                {text}
                """);
            await using ServerRun run = ServerRun.Start(start, ["--config-file", path], workingDirectory: node.Directory);
            await Poll.UntilAsync("a put", TimeSpan.FromSeconds(120), async () =>
            {
                await node.PutAsync("k", "v");
                return true;
            });
        }
    }

    private async Task SameAsync(string[] arguments, Dictionary<string, string> environment, string? reason = null)
    {
        await using ServerRun etcd = Start(new ProcessStartInfo(EtcdProcess.Binary), arguments, environment, "etcd");
        await using ServerRun ours = Start(ActorEtcdProcess.Executable(), arguments, environment, "ours");
        int code = await etcd.ExitCodeAsync();
        Assert.True(code == await ours.ExitCodeAsync(), $"etcd ended with {code}:\n{etcd.Story()}\nours:\n{ours.Story()}");
        Assert.Contains(reason ?? ReasonOf(etcd), ours.Errors[^1], StringComparison.Ordinal);
    }

    private ServerRun Start(ProcessStartInfo start, string[] arguments, Dictionary<string, string> environment, string directory)
        => ServerRun.Start(start, arguments, environment, Directory.CreateDirectory(Path.Combine(_dir.Path, directory)).FullName);

    // What etcd says around the reason depends on how far its logger is set up.
    private static string ReasonOf(ServerRun etcd)
    {
        string line = etcd.Errors.First(line => Telling().IsMatch(line));
        Match inJson = InJson().Match(line);
        return Around().Replace(inJson.Success ? Regex.Unescape(inJson.Groups[1].Value) : line, string.Empty);
    }

    [GeneratedRegex(@"^(flag|invalid|bad) | [EC] \| |""level"":""(error|warn|fatal)"".*""error"":|unexpected error setting up")]
    private static partial Regex Telling();

    [GeneratedRegex(@"""error"":""((?:[^""\\]|\\.)*)""")]
    private static partial Regex InJson();

    [GeneratedRegex(@"^.* [EC] \| [\w/]+: (error verifying flags, )?|\. See 'etcd --help'\.$|^[0-9/]+ [0-9:]+ ")]
    private static partial Regex Around();
}
