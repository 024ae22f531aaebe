using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Sets up users on any etcd, and calls it in their names.</summary>
internal static class GuardedServer
{
    /// <summary>Hashing at this cost takes a few milliseconds.</summary>
    public const string CheapHashes = "--bcrypt-cost=4";

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Nobody = [];

    /// <summary>root with the password "root", and users matter.</summary>
    public static async Task EnableAsync(GrpcChannel channel)
    {
        await AddUserAsync(channel, "root", "root");
        await EnableOnlyAsync(channel);
    }

    /// <summary>
    /// root and the user "u" with the password "pw", who may read and write what begins with "own/", read what begins with
    /// "readable/" and write what begins with "writable/".
    /// </summary>
    public static async Task EnableWithUserAsync(GrpcChannel channel)
    {
        await AddUserAsync(channel, "root", "root");
        await channel.OnceAsync(AuthMethods.RoleAdd, new AuthRoleAddRequest { Name = "r" }, "etcdserver: role name already exists");
        await GrantAsync(channel, "own/", Permission.Types.Type.Readwrite);
        await GrantAsync(channel, "readable/", Permission.Types.Type.Read);
        await GrantAsync(channel, "writable/", Permission.Types.Type.Write);
        await AddUserAsync(channel, "u", "pw", "r");
        await EnableOnlyAsync(channel);
    }

    public static async Task AddUserAsync(GrpcChannel channel, string name, string password, string? role = null)
    {
        await channel.OnceAsync(
            AuthMethods.UserAdd, new AuthUserAddRequest { Name = name, Password = password }, "etcdserver: user name already exists");
        await channel.UntilDoneAsync(AuthMethods.UserGrantRole, new AuthUserGrantRoleRequest { User = name, Role = role ?? name });
    }

    /// <summary>The metadata of calls in the user's name.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> LoginAsync(
        GrpcChannel channel, string name, string password)
    {
        var request = new AuthenticateRequest { Name = name, Password = password };
        return [new("token", (await channel.UntilDoneAsync(AuthMethods.Authenticate, request)).Token)];
    }

    public static Permission Prefix(string prefix, Permission.Types.Type type) => new()
    {
        PermType = type,
        Key = ByteString.CopyFromUtf8(prefix),
        RangeEnd = ByteString.CopyFromUtf8(prefix[..^1] + (char)(prefix[^1] + 1)),
    };

    private static async Task GrantAsync(GrpcChannel channel, string prefix, Permission.Types.Type type) => await channel.UntilDoneAsync(
        AuthMethods.RoleGrantPermission, new AuthRoleGrantPermissionRequest { Name = "r", Perm = Prefix(prefix, type) });

    private static async Task EnableOnlyAsync(GrpcChannel channel)
        => await channel.OnceAsync(AuthMethods.Enable, new AuthEnableRequest(), "etcdserver: user name is empty");
}
