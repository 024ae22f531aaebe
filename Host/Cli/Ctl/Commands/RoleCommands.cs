using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>role add, delete, get, list, grant-permission, revoke-permission.</summary>
internal static class RoleCommands
{
    private const string Exclusive = "--from-key and --prefix flags are mutually exclusive";

    public static readonly CtlFlag[] PermissionFlags =
    [
        CtlFlag.Switch("prefix", "All keys that begin with the key."),
        CtlFlag.Switch("from-key", "All keys from the key on, compared by bytes."),
    ];

    public static Task AddAsync(CtlContext context)
    {
        string name = One(context, "add");
        return CallAsync(context, client => client.CallAsync(CtlMethods.RoleAdd, new AuthRoleAddRequest { Name = name }), name);
    }

    public static Task DeleteAsync(CtlContext context)
    {
        string name = One(context, "delete");
        return CallAsync(context, client => client.CallAsync(CtlMethods.RoleDelete, new AuthRoleDeleteRequest { Role = name }), name);
    }

    public static Task GetAsync(CtlContext context)
    {
        string name = One(context, "get");
        return CallAsync(context, client => client.CallAsync(CtlMethods.RoleGet, new AuthRoleGetRequest { Role = name }, isRead: true), name);
    }

    public static Task ListAsync(CtlContext context) => context.Arguments.Count == 0
        ? CallAsync(context, static client => client.CallAsync(CtlMethods.RoleList, new AuthRoleListRequest(), isRead: true))
        : throw CtlException.BadArguments("role list command requires no arguments");

    public static Task GrantAsync(CtlContext context)
    {
        if (context.Arguments.Count < 3)
        {
            throw CtlException.BadArguments(
                "role grant command requires role name, permission type, and key [endkey] as its argument");
        }

        var type = context.Arguments[1].ToUpperInvariant() switch
        {
            "READ" => Permission.Types.Type.Read,
            "WRITE" => Permission.Types.Type.Write,
            "READWRITE" => Permission.Types.Type.Readwrite,
            _ => throw CtlException.BadArguments($"invalid permission type: {context.Arguments[1]}"),
        };
        var (key, end) = RangeOf(context.Flags, [.. context.Arguments.Skip(2)]);
        var request = new AuthRoleGrantPermissionRequest
        {
            Name = context.Arguments[0],
            Perm = new Permission { PermType = type, Key = key, RangeEnd = end },
        };
        return CallAsync(context, client => client.CallAsync(CtlMethods.RoleGrantPermission, request), request.Name);
    }

    public static Task RevokeAsync(CtlContext context)
    {
        if (context.Arguments.Count < 2)
        {
            throw CtlException.BadArguments(
                "role revoke-permission command requires role name and key [endkey] as its argument");
        }

        var (key, end) = RangeOf(context.Flags, [.. context.Arguments.Skip(1)]);
        var request = new AuthRoleRevokePermissionRequest { Role = context.Arguments[0], Key = key, RangeEnd = end };
        return CallAsync(
            context,
            client => client.CallAsync(CtlMethods.RoleRevokePermission, request),
            request.Role,
            context.Arguments[1],
            end.ToStringUtf8());
    }

    private static (ByteString Key, ByteString End) RangeOf(CtlFlagValues flags, string[] keys)
    {
        bool isPrefix = flags.Switch("prefix");
        bool isFrom = flags.Switch("from-key");
        if (keys[0].Length == 0)
        {
            Exclude(isPrefix && isFrom, Exclusive);
            return (KeyRange.Zero, isPrefix || isFrom ? KeyRange.Zero : ByteString.Empty);
        }

        if (keys.Length > 1)
        {
            Exclude(isPrefix, "unexpected endkey argument with --prefix flag");
            Exclude(isFrom, "unexpected endkey argument with --from-key flag");
            return (ByteString.CopyFromUtf8(keys[0]), ByteString.CopyFromUtf8(keys[1]));
        }

        Exclude(isPrefix && isFrom, Exclusive);
        return KeyRange.Of(keys[0], isPrefix, isFrom);
    }

    private static void Exclude(bool isWrong, string reason)
    {
        if (isWrong)
        {
            throw CtlException.BadArguments(reason);
        }
    }

    private static string One(CtlContext context, string command) => context.Arguments is [var name]
        ? name
        : throw CtlException.BadArguments($"role {command} command requires role name as its argument");

    private static async Task CallAsync<T>(CtlContext context, Func<CtlClient, Task<T>> call, params string[] told)
        where T : notnull
    {
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await call(client).ConfigureAwait(false), told);
    }
}
