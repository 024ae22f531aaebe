using ActorEtcd.Host.Import;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Import;

/// <summary>Users, roles and passwords of a real etcd, in its database and in the tail of its log.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class AuthImportSpec : IDisposable
{
    private static readonly string[] Lagging = ["--backend-batch-interval", "10m", "--backend-batch-limit", "1000000"];

    private readonly TempDir _dir = new();

    [Fact]
    public async Task Restored_server_guards_as_the_old_one_did()
    {
        await using var etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await GuardAsync(etcd.Process);
        var snapshot = Path.Combine(_dir.Path, "guarded.db");
        (await Etcdctl.RunAsync(etcd.Process.Endpoint, "--user", "root:secret", "snapshot", "save", snapshot)).Succeeded();
        var settings = MemberSettings.Alone(_dir.Path, "restored");
        await Restored.RestoreAsync(settings, snapshot);
        await using var server = new ActorEtcdProcess(settings);
        await AssertGuardedAsync(server);
    }

    [Fact]
    public async Task Users_and_roles_in_the_tail_of_the_log_are_taken_over()
    {
        var settings = MemberSettings.Alone(_dir.Path, "source") with { ExtraArguments = Lagging };
        await using var etcd = new EtcdProcess(settings);
        await etcd.StartAndWaitAsync();
        await GuardAsync(etcd);
        await etcd.KillAsync();
        var target = settings with { DataDir = Path.Combine(_dir.Path, "target"), ExtraArguments = [] };
        using (var state = EtcdMemberDirectory.Read(settings.DataDir))
        {
            Assert.Null(state.Database.Auth.FindUser("alice"));
            await MemberImport.WriteAsync(target.DataDir, null, EtcdMigration.SeedOf(state, name: null, static _ => { }));
        }

        await using var server = new ActorEtcdProcess(target);
        await AssertGuardedAsync(server);
    }

    public void Dispose() => _dir.Dispose();

    private static async Task GuardAsync(MemberProcess etcd)
    {
        string[][] open = [["user", "add", "root:secret"], ["user", "grant-role", "root", "root"], ["auth", "enable"]];

        // etcd brings its database up to date when the guard is enabled; all that follows may be in the log alone.
        string[][] guarded =
        [
            ["role", "add", "reader"],
            ["role", "grant-permission", "reader", "read", "a/", "a0"],
            ["user", "add", "alice:alices"],
            ["user", "grant-role", "alice", "reader"],
            ["put", "a/1", "one"],
            ["put", "b/1", "two"],
            ["put", "b/2", "three"],
        ];
        foreach (var command in open.Concat(guarded.Select(static command => (string[])["--user", "root:secret", .. command])))
        {
            (await Etcdctl.RunAsync(etcd.Endpoint, command)).Succeeded();
        }
    }

    private static async Task AssertGuardedAsync(ActorEtcdProcess server)
    {
        // It does not answer a reader without a name, so what it says tells when it is ready.
        server.Start();
        await Poll.UntilAsync("an answer to root", TimeSpan.FromSeconds(60), async () =>
            (await Etcdctl.RunAsync(server.Endpoint, "--user", "root:secret", "get", "b/2")).Succeeded() == "b/2\nthree");
        Assert.Equal("a/1\none", (await Etcdctl.RunAsync(server.Endpoint, "--user", "alice:alices", "get", "a/1")).Succeeded());
        var denied = await Etcdctl.RunAsync(server.Endpoint, "--user", "alice:alices", "get", "b/1");
        Assert.Contains("permission denied", denied.Errors, StringComparison.Ordinal);
        var wrong = await Etcdctl.RunAsync(server.Endpoint, "--user", "alice:wrong", "get", "a/1");
        Assert.Contains("authentication failed", wrong.Errors, StringComparison.Ordinal);
        var nobody = await Etcdctl.RunAsync(server.Endpoint, "get", "a/1");
        Assert.Contains("user name is empty", nobody.Errors, StringComparison.Ordinal);
    }
}
