using ActorEtcd.Host.Config;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>What the executable answers without serving, and how flags and environment reach it.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CommandLineSpec
{
    [Fact]
    public async Task Version_begins_with_etcds_line_and_ends_well()
    {
        await using ServerRun run = await ServerRun.ToEndAsync("--version");

        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.Equal("etcd Version: 3.7.0", run.Output[0]);
        Assert.StartsWith("ActorEtcd Version: ", run.Output[1], StringComparison.Ordinal);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task Version_is_the_one_asked_for()
    {
        await using ServerRun run = await ServerRun.ToEndAsync("--version", "--compat-version=3.5.13");

        Assert.Equal("etcd Version: 3.5.13", run.Output[0]);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_names_every_flag_and_ends_well(string flag)
    {
        await using ServerRun run = await ServerRun.ToEndAsync(flag);

        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.All(
            ServerFlags.All,
            known => Assert.Contains(run.Output, line => line.StartsWith($"  --{known.Name} '", StringComparison.Ordinal)));
        Assert.Empty(run.Errors);
    }

    [Theory]
    [InlineData(2, "flag provided but not defined: -bogus", "--bogus")]
    [InlineData(2, "flag needs an argument: -name", "--name")]
    [InlineData(1, "'serve' is not a valid flag", "serve")]
    [InlineData(1, "expected IP in URL for binding", "--listen-peer-urls", "http://example.invalid:1")]
    [InlineData(1, "--advertise-client-urls is required", "--listen-client-urls=http://127.0.0.1:1")]
    [InlineData(1, "--compat-version", "--compat-version=new")]
    public async Task Wrong_flag_is_refused_with_one_line(int code, string reason, params string[] flags)
    {
        using var node = new Node();
        await using ServerRun run = ServerRun.Start(flags, workingDirectory: node.Directory);

        Assert.Equal(code, await run.ExitCodeAsync());
        string line = Assert.Single(run.Errors);
        Assert.StartsWith("actor-etcd: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(node.Directory));
    }

    [Fact]
    public async Task Wrong_variable_is_refused_with_one_line()
    {
        var environment = new Dictionary<string, string> { ["ETCD_LISTEN_PEER_URLS"] = "nonsense" };
        await using ServerRun run = ServerRun.Start([], environment);

        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.Contains("nonsense", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_take_every_form_and_the_environment_fills_in()
    {
        using var node = new Node();
        var environment = new Dictionary<string, string>
        {
            ["ETCD_NAME"] = "fromenv",
            ["ETCD_LISTEN_PEER_URLS"] = node.PeerUrl,
            ["ETCD_INITIAL_ADVERTISE_PEER_URLS"] = node.PeerUrl,
            ["ETCD_NO_SUCH_FLAG"] = "1",
        };
        string[] arguments =
        [
            "-data-dir", "first",
            "--data-dir=" + node.DataDir,
            "-listen-client-urls=" + node.ClientUrl,
            "--advertise-client-urls", node.ClientUrl,
            "--pre-vote",
            "--strict-reconfig-check=false",
        ];
        await using ServerRun run = ServerRun.Start(arguments, environment, node.Directory);
        await run.ServesAsync();

        Assert.Contains(run.Errors, line => line.Contains("unrecognized environment variable ETCD_NO_SUCH_FLAG=1", StringComparison.Ordinal));
        Assert.Contains(run.Errors, line => line.Contains("{Name:fromenv ", StringComparison.Ordinal));
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(node.Directory).Select(Path.GetFileName));
        string commandLine = await File.ReadAllTextAsync($"/proc/{run.Id}/cmdline");
        Assert.Contains("--data-dir=" + node.DataDir, commandLine, StringComparison.Ordinal);
    }
}
