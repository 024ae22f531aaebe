using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>Starts that must fail: with one line, exit code 1, and nothing that stands in the way of a corrected start.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class RefusalSpec
{
    [Fact]
    public async Task Name_that_is_not_in_the_initial_cluster_is_refused_and_may_be_corrected()
    {
        using var node = new Node();
        await RefusedAsync(
            node.Arguments("--name", "infra9"),
            "couldn't find local name \"infra9\" in the initial cluster configuration");
        await StartsAfterCorrectionAsync(node);
    }

    [Fact]
    public async Task Advertised_urls_other_than_those_of_the_initial_cluster_are_refused_and_may_be_corrected()
    {
        using var node = new Node();
        await RefusedAsync(
            node.Arguments("--initial-advertise-peer-urls", "http://127.0.0.1:1"),
            "--initial-advertise-peer-urls is http://127.0.0.1:1; they must be the same");
        await StartsAfterCorrectionAsync(node);
    }

    [Fact]
    public async Task Client_port_in_use_is_refused_and_leaves_no_identity_behind()
    {
        using var owner = new Node();
        await using ServerRun running = await owner.ServeAsync();
        using var node = new Node();
        await RefusedAsync(
            node.Arguments("--listen-client-urls", owner.ClientUrl),
            $"listen tcp 127.0.0.1:{owner.ClientPort}: bind: address already in use");
        Assert.False(File.Exists(Path.Combine(node.MemberDir, "metadata.json")));
        await StartsAfterCorrectionAsync(node);
    }

    [Fact]
    public async Task Peer_port_in_use_is_refused_and_leaves_no_identity_behind()
    {
        using var owner = new Node();
        await using ServerRun running = await owner.ServeAsync();
        using var node = new Node();
        await RefusedAsync(
            node.Arguments(
                "--listen-peer-urls", owner.PeerUrl,
                "--initial-advertise-peer-urls", owner.PeerUrl,
                "--initial-cluster", $"default={owner.PeerUrl}"),
            $"listen tcp 127.0.0.1:{owner.PeerPort}: bind: address already in use");
        Assert.False(File.Exists(Path.Combine(node.MemberDir, "metadata.json")));
        await StartsAfterCorrectionAsync(node);
    }

    [Fact]
    public async Task Data_of_a_running_server_is_refused()
    {
        using var node = new Node();
        await using ServerRun running = await node.ServeAsync();
        await node.PutAsync("before", "1");
        using var other = new Node();
        await RefusedAsync(other.Arguments("--data-dir", node.DataDir), "is in use by another process");

        await node.PutAsync("after", "2");
        Assert.Equal(0, await running.EndAsync());
        await using ServerRun again = await node.ServeAsync();
        Assert.Equal(["after=2", "before=1"], await node.ContentAsync());
    }

    [Fact]
    public async Task Log_of_a_running_server_is_refused()
    {
        using var node = new Node();
        string wal = Path.Combine(node.Directory, "wal");
        await using ServerRun running = await node.ServeAsync("--wal-dir", wal);
        await node.PutAsync("before", "1");
        using var other = new Node();
        await RefusedAsync(other.Arguments("--wal-dir", wal), "it holds data, but metadata.json is missing");

        await node.PutAsync("after", "2");
        await running.KillAsync();
        await using ServerRun again = await node.ServeAsync("--wal-dir", wal);
        Assert.Equal(["after=2", "before=1"], await node.ContentAsync());
    }

    [Fact]
    public async Task Damaged_directory_of_etcd_is_refused_and_not_touched()
    {
        using var node = new Node();
        await using (var etcd = new EtcdProcess(MemberSettings.Alone(node.Directory, "data")))
        {
            await etcd.StartAndWaitAsync();
            await etcd.TerminateAsync();
        }

        string log = Directory.GetFiles(Path.Combine(node.MemberDir, "wal"), "*.wal").Single();
        using (var file = new FileStream(log, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 40;
            int value = file.ReadByte();
            file.Position = 40;
            file.WriteByte((byte)(value ^ 1));
        }

        string[] before = Files(node.DataDir);
        await RefusedAsync(node.Arguments(), $"{log} is damaged at offset");
        Assert.Equal(before, Files(node.DataDir));
    }

    [Fact]
    public async Task Log_of_another_member_is_refused()
    {
        using var one = new Node();
        await using (ServerRun run = await one.ServeAsync())
        {
            await run.EndAsync();
        }

        using var other = new Node();
        await using (ServerRun run = await other.ServeAsync("--initial-cluster-token", "other"))
        {
            await run.EndAsync();
        }

        string wal = Path.Combine(other.MemberDir, "wal");
        Directory.Delete(wal, recursive: true);
        Directory.Move(Path.Combine(one.MemberDir, "wal"), wal);
        await RefusedAfterLogLinesAsync(other.Arguments(), "it belongs to cluster");
    }

    [Fact]
    public async Task Data_without_its_metadata_is_refused()
    {
        using var node = new Node();
        await using (ServerRun run = await node.ServeAsync())
        {
            await run.EndAsync();
        }

        File.Delete(Path.Combine(node.MemberDir, "metadata.json"));
        await RefusedAsync(node.Arguments(), "metadata.json is missing");
    }

    [Fact]
    public async Task Directory_that_cannot_be_made_is_refused()
    {
        await RefusedAsync(["--data-dir", "/proc/nowhere"], "/proc/nowhere");
    }

    private static async Task RefusedAsync(string[] arguments, string reason)
    {
        await using ServerRun run = await ServerRun.ToEndAsync(arguments);
        Assert.Equal(1, await run.ExitCodeAsync());
        string line = Assert.Single(run.Errors);
        Assert.StartsWith("actor-etcd: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    private static async Task RefusedAfterLogLinesAsync(string[] arguments, string reason)
    {
        await using ServerRun run = await ServerRun.ToEndAsync(arguments);
        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.Contains(reason, run.Errors[^1], StringComparison.Ordinal);
        Assert.All(run.Errors.SkipLast(1), line => Assert.StartsWith("{\"level\":\"info\"", line, StringComparison.Ordinal));
    }

    private static async Task StartsAfterCorrectionAsync(Node node)
    {
        await using ServerRun run = await node.ServeAsync();
        await node.PutAsync("k", "v");
        Assert.Equal(0, await run.EndAsync());
    }

    private static string[] Files(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
