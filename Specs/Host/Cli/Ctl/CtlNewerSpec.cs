using System.Globalization;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>What versions after 3.4 brought, against our own server, which Debian's etcdctl cannot tell about.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CtlNewerSpec : IAsyncLifetime
{
    private SingleServer _server = null!;

    public async Task InitializeAsync() => _server = await SingleServer.StartAsync(ServerKind.ActorEtcd);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Get_knows_counts_revisions_and_streams()
    {
        for (int i = 1; i <= 4; i++)
        {
            await RunAsync("put", $"k{i}", $"v{i}");
        }

        Assert.Contains("\"Count\" : 4", (await RunAsync("get", "k", "--prefix", "--count-only", "-w", "fields")).Succeeded(), StringComparison.Ordinal);
        EtcdctlResult refused = await RunAsync("get", "k", "--prefix", "--count-only");
        Assert.Equal((CtlExit.BadArguments, "Error: --count-only is only for `--write-out=fields`\n"), (refused.ExitCode, refused.Errors));
        Assert.Equal("k3\nk4", (await RunAsync("get", "k", "--prefix", "--keys-only", "--min-create-rev=4")).Succeeded().Replace("\n\n", "\n", StringComparison.Ordinal).Trim());
        Assert.Equal("v1\nv2", (await RunAsync("get", "k", "--prefix", "--print-value-only", "--max-mod-rev=3")).Succeeded());
        Assert.Equal("k1\nv1\nk2\nv2\nk3\nv3\nk4\nv4", (await RunAsync("get", "k", "--prefix", "--stream")).Succeeded());
        EtcdctlResult crossed = await RunAsync("get", "k", "--min-mod-rev=5", "--max-mod-rev=4");
        Assert.Equal(CtlExit.BadFeature, crossed.ExitCode);
    }

    [Fact]
    public async Task Range_is_deleted_at_once_only_when_it_is_said_to_be_one()
    {
        await RunAsync("put", "a", "1");
        await RunAsync("put", "b", "2");
        EtcdctlResult warned = await RunAsync("del", "a", "b", "--compat-version=3.5.0");
        Assert.Equal("1\n", warned.Output);
        Assert.Contains("Keys between \"a\" and \"b\"", warned.Errors, StringComparison.Ordinal);
        Assert.Equal(new EtcdctlResult(0, "1\n", ""), await RunAsync("del", "b", "c", "--range"));
    }

    [Fact]
    public async Task Status_tells_of_storage_from_3_6_on()
    {
        string table = Utf8(await RunAsync("endpoint", "status", "-w", "table"));
        Assert.Contains("STORAGE VERSION", table, StringComparison.Ordinal);
        Assert.StartsWith("┌", table, StringComparison.Ordinal);
        string older = Utf8(await RunAsync("endpoint", "status", "-w", "table", "--compat-version=3.5.0"));
        Assert.DoesNotContain("STORAGE VERSION", older, StringComparison.Ordinal);
        Assert.StartsWith("+", older, StringComparison.Ordinal);
        Assert.Contains("\"DowngradeEnabled\" : false", (await RunAsync("endpoint", "status", "-w", "fields")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains(", 0%, ", (await RunAsync("endpoint", "status")).Succeeded().Replace(", 100%, ", ", 0%, ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_are_hexadecimal_on_demand()
    {
        string json = (await RunAsync("member", "list", "-w", "json", "--hex")).Succeeded();
        string id = (await RunAsync("member", "list")).Succeeded().Split(',')[0];
        Assert.Contains($"\"ID\":\"{id}\"", json, StringComparison.Ordinal);
        Assert.Contains("\"clientURLS\":[", (await RunAsync("member", "list", "-w", "json", "--hex", "--compat-version=3.5.30")).Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain(id, (await RunAsync("member", "list", "-w", "json", "--hex", "--compat-version=3.4.23")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains($"\"ID\" : {id}", (await RunAsync("member", "list", "-w", "fields", "--hex")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auth_status_downgrade_and_consistency_are_there()
    {
        Assert.Equal("Authentication Status: false\nAuthRevision: 1", (await RunAsync("auth", "status")).Succeeded());
        Assert.Equal("Downgrade validate success, cluster version 3.7", (await RunAsync("downgrade", "validate", "3.6.0")).Succeeded());
        Assert.Equal(CtlExit.BadArguments, (await RunAsync("downgrade", "enable")).ExitCode);
        Assert.Contains("started", (await RunAsync("member", "list", "--consistency=s")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_told_on_standard_output_from_3_5_on()
    {
        EtcdctlResult health = await RunAsync("endpoint", "health");
        Assert.Contains("is healthy: successfully committed proposal: took = ", health.Succeeded(), StringComparison.Ordinal);
        Assert.Equal("", health.Errors);
    }

    [Fact]
    public async Task Next_endpoint_is_asked_when_the_first_is_gone()
    {
        string endpoints = $"127.0.0.1:{FreePorts.Next()},{_server.Process.Endpoint}";
        Assert.Equal("OK", (await CtlRun.RunAsync(["--endpoints", endpoints, "put", "over", "there"])).Succeeded());
    }

    [Fact]
    public async Task Nobody_there_is_told_when_the_time_is_over()
    {
        string endpoint = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePorts.Next()}");

        // Why it could not connect is told if it came to that before the time was over.
        await Poll.UntilAsync("the reason to be told", TimeSpan.FromSeconds(60), async () =>
        {
            EtcdctlResult result = await CtlRun.RunAsync(["--endpoints", endpoint, "--command-timeout=1500ms", "get", "a"]);
            Assert.Equal(CtlExit.Error, result.ExitCode);
            Assert.EndsWith("Error: context deadline exceeded\n", result.Errors, StringComparison.Ordinal);
            return result.Errors.Contains("refused", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Defragmenting_tells_its_time_from_3_6_on()
    {
        Assert.Matches(@"^Finished defragmenting etcd member\[127\.0\.0\.1:\d+\]\. took [\d.]+\w+$", (await RunAsync("defrag")).Succeeded());
        Assert.Matches(@"^Finished defragmenting etcd member\[127\.0\.0\.1:\d+\]$", (await RunAsync("defrag", "--compat-version=3.5.30")).Succeeded());
        string[] nobody = ["--endpoints", $"127.0.0.1:{FreePorts.Next()}", "--command-timeout=100ms"];
        EtcdctlResult failed = await CtlRun.RunAsync([.. nobody, "defrag"]);
        Assert.Matches(@"Failed to defragment etcd member\[127\.0\.0\.1:\d+\]\. took [\d.]+\w+\. \(context deadline exceeded\)\n$", failed.Errors);
        Assert.Equal(("null\n", "[]\n"), (
            (await CtlRun.RunAsync([.. nobody, "endpoint", "status", "-w", "json"])).Output,
            (await CtlRun.RunAsync([.. nobody, "endpoint", "status", "-w", "json", "--compat-version=3.5.30"])).Output));
    }

    [Fact]
    public async Task Leader_of_an_election_is_observed()
    {
        Task<string> observed = CtlRun.LinesAsync([.. Endpoint, "elect", "-l", "e"], "", 2, TimeSpan.FromSeconds(60));
        string led = await CtlRun.LinesAsync([.. Endpoint, "elect", "e", "proposal"], "", 2, TimeSpan.FromSeconds(60));
        Assert.EndsWith("proposal\n", led, StringComparison.Ordinal);
        await RunAsync("put", "e/x", "another");
        string[] seen = (await observed).Split('\n');
        Assert.StartsWith("e/", seen[0], StringComparison.Ordinal);
        Assert.Contains(seen[1], new[] { "proposal", "another" });
    }

    [Fact]
    public async Task Failed_command_under_a_lock_gives_its_exit_code()
    {
        EtcdctlResult result = await RunAsync("lock", "l", "--", "sh", "-c", "exit 7");
        Assert.Equal((7, "Error: exit status 7\n"), (result.ExitCode, result.Errors));
        Assert.Equal("", (await RunAsync("get", "l", "--prefix")).Succeeded());
    }

    [Fact]
    public async Task Snapshot_is_saved_with_the_server_s_version_and_its_state_told()
    {
        using var dir = new TempDir();
        string file = Path.Combine(dir.Path, "backup.db");
        await RunAsync("put", "a", "1");
        Assert.Equal($"Snapshot saved at {file}\nServer version 3.6.0", (await RunAsync("snapshot", "save", file)).Succeeded());
        Assert.Contains("\"revision\":", (await RunAsync("snapshot", "status", file, "-w", "json")).Succeeded(), StringComparison.Ordinal);
        EtcdctlResult twice = await CtlRun.RunAsync(["--endpoints", "a:1,b:2", "snapshot", "save", file]);
        Assert.Equal(CtlExit.Interrupted, twice.ExitCode);
    }

    private string[] Endpoint => ["--endpoints", _server.Process.Endpoint];

    private static string Utf8(EtcdctlResult result)
        => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(result.Succeeded()));

    private Task<EtcdctlResult> RunAsync(params string[] arguments) => CtlRun.RunAsync([.. Endpoint, .. arguments]);
}
