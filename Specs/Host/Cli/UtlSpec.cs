using System.Text.Json;
using ActorEtcd.Specs.Host.Import;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli;

/// <summary>The command line of <c>actor-etcd utl</c>, compared with Debian's etcdctl where that has the command.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class UtlSpec : IDisposable
{
    private readonly TempDir _dir = new();

    [Theory]
    [InlineData("simple")]
    [InlineData("fields")]
    [InlineData("table")]
    [InlineData("json")]
    public async Task Status_of_a_snapshot_of_etcd_is_what_etcdctl_tells(string format)
    {
        await using var etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await History.MakeAsync(etcd.Channel);
        var file = await Restored.SaveSnapshotAsync(etcd.Process, _dir.Path);
        var expected = (await Etcdctl.RunAsync("", "snapshot", "status", file, "-w", format)).Succeeded();
        Assert.Equal(expected, await TellsAsync("snapshot", "status", file, "-w", format, "--compat-version=3.4.23"));
        Assert.Equal(expected, await TellsAsync("--write-out=" + format, "--compat-version", "3.4.23", "--timeout", "5s", "snapshot", "status", file));
    }

    [Fact]
    public async Task Status_of_our_own_snapshot_counts_keys_as_its_version_does()
    {
        await using var server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        await History.MakeAsync(server.Channel);
        var file = await Restored.SaveSnapshotAsync(server.Process, _dir.Path);
        var theirs = JsonDocument.Parse((await Etcdctl.RunAsync("", "snapshot", "status", file, "-w", "json")).Succeeded()).RootElement;
        var ours = JsonDocument.Parse(await TellsAsync("snapshot", "status", file, "-w", "json")).RootElement;
        foreach (var name in (string[])["hash", "revision", "totalSize"])
        {
            Assert.Equal(theirs.GetProperty(name).GetInt64(), ours.GetProperty(name).GetInt64());
        }

        Assert.Equal("3.6.0", ours.GetProperty("version").GetString());
        Assert.Equal((await History.AtAsync(server.Channel, 0)).Count, ours.GetProperty("totalKey").GetInt32());
        var as35 = JsonDocument.Parse(await TellsAsync("snapshot", "status", file, "-w", "json", "--compat-version", "3.5.0")).RootElement;
        Assert.Equal(theirs.GetRawText(), as35.GetRawText());
    }

    [Fact]
    public async Task Hash_of_a_file_is_that_of_the_server()
    {
        await using var etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        var compacted = await History.MakeAsync(etcd.Channel);
        var file = await Restored.SaveSnapshotAsync(etcd.Process, _dir.Path);
        foreach (var revision in (long[])[0, compacted + 10])
        {
            var server = JsonDocument.Parse((await Etcdctl.RunAsync(etcd.Process.Endpoint, "endpoint", "hashkv", $"--rev={revision}", "-w", "json")).Succeeded());
            var expected = server.RootElement[0].GetProperty("HashKV").GetProperty("hash").GetUInt32();
            var ours = JsonDocument.Parse(await TellsAsync("hashkv", file, $"--rev={revision}", "-w", "json")).RootElement;
            Assert.Equal(expected, ours.GetProperty("hash").GetUInt32());
            Assert.Equal(compacted, ours.GetProperty("compactRevision").GetInt64());
        }

        await RefusedAsync(1, "required revision has been compacted", "hashkv", file, $"--rev={compacted - 1}");
        Assert.StartsWith("┌", await TellsAsync("hashkv", file, "-w", "table"), StringComparison.Ordinal);
        Assert.StartsWith("+", await TellsAsync("hashkv", file, "-w", "table", "--compat-version", "3.6.0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_and_migrate_take_their_flags()
    {
        var settings = MemberSettings.Alone(_dir.Path, "source");
        await using var etcd = new EtcdProcess(settings);
        await etcd.StartAndWaitAsync();
        await using (var channel = await etcd.ConnectAsync())
        {
            await History.MakeAsync(channel);
        }

        var file = await Restored.SaveSnapshotAsync(etcd, _dir.Path);
        await etcd.KillAsync();
        var wal = Path.Combine(_dir.Path, "log");
        await using var target = new ActorEtcdProcess(MemberSettings.Alone(_dir.Path, "target") with { ExtraArguments = ["--wal-dir", wal] });
        await TellsAsync(
            "snapshot", "restore", "--name", "target", "--data-dir", target.Settings.DataDir, file, "--wal-dir", wal,
            "--initial-cluster", target.Settings.InitialCluster, "--initial-cluster-token", target.Settings.Token,
            "--initial-advertise-peer-urls", target.Settings.PeerUrl, "--bump-revision=1000", "--mark-compacted",
            "--initial-memory-map-size", "1");
        await target.StartAndWaitAsync();
        Assert.Empty(Directory.GetDirectories(Path.Combine(target.Settings.DataDir, "member"), "wal"));

        var migrated = Path.Combine(_dir.Path, "migrated");
        await TellsAsync("migrate", "--from", settings.DataDir, "--data-dir", migrated);
        Assert.True(File.Exists(Path.Combine(migrated, "member", "metadata.json")));
        Assert.Contains("Nothing was done", await TellsAsync("defrag", "--data-dir", migrated), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_command_lines_end_as_etcdutls_do()
    {
        await RefusedAsync(128, "snapshot status requires exactly one argument", "snapshot", "status");
        await RefusedAsync(128, "snapshot restore requires exactly one argument", "snapshot", "restore", "a", "b");
        await RefusedAsync(128, "--mark-compacted required if --revision-bump > 0", "snapshot", "restore", "a", "--bump-revision", "5");
        await RefusedAsync(1, "required flag \"from\" not set", "migrate");
        await RefusedAsync(1, "required flag \"data-dir\" not set", "defrag");
        await RefusedAsync(1, "hashkv requires exactly one argument", "hashkv");
        await RefusedAsync(4, "unsupported output format", "snapshot", "status", typeof(UtlSpec).Assembly.Location, "-w", "xml");
        await RefusedAsync(1, "none: no such file or directory", "snapshot", "status", Path.Combine(_dir.Path, "none"));
        await RefusedAsync(1, "unknown flag: --nonsense", "snapshot", "status", "a", "--nonsense");
        await RefusedAsync(1, "unknown command", "nonsense");
        await RefusedAsync(1, "couldn't find local name", "snapshot", "restore", "a", "--name", "other");
    }

    [Fact]
    public async Task Help_tells_every_flag()
    {
        var help = await TellsAsync("snapshot", "restore", "--help");
        foreach (var flag in (string[])["data-dir", "wal-dir", "name", "initial-cluster", "initial-cluster-token", "initial-advertise-peer-urls", "skip-hash-check", "bump-revision", "mark-compacted", "initial-memory-map-size", "write-out"])
        {
            Assert.Contains($"  --{flag} ", help, StringComparison.Ordinal);
        }

        Assert.Contains("migrate", await TellsAsync(), StringComparison.Ordinal);
    }

    public void Dispose() => _dir.Dispose();

    private static async Task<string> TellsAsync(params string[] arguments)
    {
        await using var run = await ServerRun.ToEndAsync(["utl", .. arguments]);
        Assert.True(await run.ExitCodeAsync() == 0, run.Story());
        return string.Join('\n', run.Output);
    }

    private static async Task RefusedAsync(int exitCode, string reason, params string[] arguments)
    {
        await using var run = await ServerRun.ToEndAsync(["utl", .. arguments]);
        Assert.Equal(exitCode, await run.ExitCodeAsync());
        Assert.Empty(run.Output);
        Assert.Contains(reason, Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.StartsWith("Error: ", run.Errors[0], StringComparison.Ordinal);
    }
}
