using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>The real etcdctl 3.4 with its user, role and auth commands, and a real etcd restored from what it made.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class EtcdctlAuthSpec
{
    [Fact]
    public async Task Etcdctl_manages_users_and_works_as_one()
    {
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest, GuardedServer.CheapHashes);
        string endpoint = server.Process.Endpoint;
        Assert.Equal("User root created", await OkAsync(endpoint, "user", "add", "root:secret"));
        Assert.Equal("Role root is granted to user root", await OkAsync(endpoint, "user", "grant-role", "root", "root"));
        Assert.Equal("Role r created", await OkAsync(endpoint, "role", "add", "r"));
        Assert.Equal("Role r updated", await OkAsync(endpoint, "role", "grant-permission", "r", "readwrite", "foo"));
        Assert.Equal("Role r updated", await OkAsync(endpoint, "role", "grant-permission", "--prefix=true", "r", "read", "bar/"));
        Assert.Equal("Role r\nKV Read:\n\t[bar/, bar0) (prefix bar/)\n\tfoo\nKV Write:\n\tfoo", await OkAsync(endpoint, "role", "get", "r"));
        Assert.Equal("User u created", await OkAsync(endpoint, "user", "add", "u:pw"));
        await OkAsync(endpoint, "user", "grant-role", "u", "r");
        Assert.Equal("Authentication Enabled", await OkAsync(endpoint, "auth", "enable"));

        Assert.Contains("user name is empty", await FailAsync(endpoint, "get", "foo"), StringComparison.Ordinal);
        Assert.Contains("invalid user ID or password", await FailAsync(endpoint, "--user=u:bad", "get", "foo"), StringComparison.Ordinal);
        Assert.Equal("OK", await OkAsync(endpoint, "--user=u:pw", "put", "foo", "1"));
        Assert.Equal("foo\n1", await OkAsync(endpoint, "--user=u:pw", "get", "foo"));
        Assert.Equal("", await OkAsync(endpoint, "--user=u:pw", "get", "--prefix", "bar/"));
        Assert.Contains("permission denied", await FailAsync(endpoint, "--user=u:pw", "put", "bar/a", "1"), StringComparison.Ordinal);
        Assert.Contains("permission denied", await FailAsync(endpoint, "--user=u:pw", "get", "--prefix", "fo"), StringComparison.Ordinal);
        Assert.Contains("permission denied", await FailAsync(endpoint, "--user=u:pw", "user", "list"), StringComparison.Ordinal);
        Assert.Contains("permission denied", await FailAsync(endpoint, "--user=u:pw", "endpoint", "hashkv"), StringComparison.Ordinal);
        Assert.Equal("User: u\nRoles: r", await OkAsync(endpoint, "--user=u:pw", "user", "get", "u"));
        await OkAsync(endpoint, "--user=u:pw", "endpoint", "health");

        Assert.Equal("root\nu", await OkAsync(endpoint, "--user=root:secret", "user", "list"));
        Assert.Equal("r", await OkAsync(endpoint, "--user=root:secret", "role", "list"));
        Assert.Equal("Permission of key foo is revoked from role r", await OkAsync(endpoint, "--user=root:secret", "role", "revoke-permission", "r", "foo"));
        Assert.Contains("permission denied", await FailAsync(endpoint, "--user=u:pw", "get", "foo"), StringComparison.Ordinal);
        Assert.Contains("invalid auth management", await FailAsync(endpoint, "--user=root:secret", "user", "delete", "root"), StringComparison.Ordinal);
        EtcdctlResult passwd = await Etcdctl.RunAsync(
            endpoint, ["--user=root:secret", "user", "passwd", "--interactive=false", "u"], "new\n", TimeSpan.FromSeconds(180));
        Assert.Equal("Password updated", passwd.Succeeded());
        Assert.Contains("invalid user ID or password", await FailAsync(endpoint, "--user=u:pw", "get", "bar/a"), StringComparison.Ordinal);
        await OkAsync(endpoint, "--user=u:new", "get", "bar/a");
        Assert.Equal("Role r is revoked from user u", await OkAsync(endpoint, "--user=root:secret", "user", "revoke-role", "u", "r"));
        Assert.Equal("Role r deleted", await OkAsync(endpoint, "--user=root:secret", "role", "delete", "r"));
        Assert.Equal("User u deleted", await OkAsync(endpoint, "--user=root:secret", "user", "delete", "u"));
        Assert.Equal("Authentication Disabled", await OkAsync(endpoint, "--user=root:secret", "auth", "disable"));
        Assert.Equal("foo\n1", await OkAsync(endpoint, "get", "foo"));
    }

    [Fact]
    public async Task Etcd_restored_from_a_snapshot_knows_users_passwords_and_permissions()
    {
        using var dir = new TempDir();
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.ActorEtcd, GuardedServer.CheapHashes);
        await GuardedServer.EnableWithUserAsync(server.Channel);
        var file = Path.Combine(dir.Path, "snapshot.db");
        await OkAsync(server.Process.Endpoint, "--user=root:root", "snapshot", "save", file);

        await using var etcd = await EtcdRestore.StartAsync(dir.Path, file);
        await using GrpcChannel restored = await etcd.ConnectAsync();
        var root = await GuardedServer.LoginAsync(restored, "root", "root");
        var user = await GuardedServer.LoginAsync(restored, "u", "pw");
        Assert.Equal(["root", "u"], (await restored.UnaryAsync(AuthMethods.UserList, new AuthUserListRequest(), metadata: root)).Users);
        var expected = await server.Channel.UnaryAsync(
            AuthMethods.RoleGet, new AuthRoleGetRequest { Role = "r" }, metadata: await GuardedServer.LoginAsync(server.Channel, "root", "root"));
        var actual = await restored.UnaryAsync(AuthMethods.RoleGet, new AuthRoleGetRequest { Role = "r" }, metadata: root);
        Assert.Equal(expected.Perm, actual.Perm);
        await restored.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("own/a") }, metadata: user);
        var denied = await Assert.ThrowsAsync<GrpcCallException>(async () => await restored.UnaryAsync(
            EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("readable/a") }, metadata: user));
        Assert.Equal("etcdserver: permission denied", denied.Detail);
    }

    private static async Task<string> OkAsync(string endpoint, params string[] arguments)
        => (await Etcdctl.RunAsync(endpoint, arguments)).Succeeded();

    private static async Task<string> FailAsync(string endpoint, params string[] arguments)
    {
        EtcdctlResult result = await Etcdctl.RunAsync(endpoint, arguments);
        Assert.NotEqual(0, result.ExitCode);
        return result.Errors;
    }
}
