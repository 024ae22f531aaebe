using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>user add, delete, get, list, passwd, grant-role, revoke-role.</summary>
internal static class UserCommands
{
    private static readonly CtlFlag Interactive =
        new("interactive", CtlFlagKind.Switch, "true", "Ask for the password at the terminal; false reads it from standard input.");

    public static readonly CtlFlag[] AddFlags =
    [
        Interactive,
        CtlFlag.Text("new-user-password", "", "The password of the new user."),
        CtlFlag.Switch("no-password", "The user has none and is known by a certificate's common name."),
    ];

    public static readonly CtlFlag[] PasswordFlags = [Interactive];

    public static readonly CtlFlag[] GetFlags = [CtlFlag.Switch("detail", "Tell the permissions of the user's roles too.")];

    public static async Task AddAsync(CtlContext context)
    {
        string name = One(context, "user add command requires user name as its argument");
        var request = new AuthUserAddRequest { Name = name, Options = new UserAddOptions { NoPassword = context.Flags.Switch("no-password") } };
        if (!request.Options.NoPassword)
        {
            int colon = name.IndexOf(':', StringComparison.Ordinal);
            if (context.Flags.Text("new-user-password") is { Length: > 0 } given)
            {
                request.Password = given;
            }
            else if (colon < 0)
            {
                request.Password = await PasswordAsync(context, name).ConfigureAwait(false);
            }
            else
            {
                request.Name = colon > 0 ? name[..colon] : throw CtlException.BadArguments("empty user name is not allowed");
                request.Password = name[(colon + 1)..];
            }
        }

        await CallAsync(context, client => client.CallAsync(CtlMethods.UserAdd, request), request.Name).ConfigureAwait(false);
    }

    public static Task DeleteAsync(CtlContext context)
    {
        string name = One(context, "user delete command requires user name as its argument");
        return CallAsync(context, client => client.CallAsync(CtlMethods.UserDelete, new AuthUserDeleteRequest { Name = name }), name);
    }

    public static async Task GetAsync(CtlContext context)
    {
        string name = One(context, "user get command requires user name as its argument");
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        var user = await client.CallAsync(CtlMethods.UserGet, new AuthUserGetRequest { Name = name }, isRead: true).ConfigureAwait(false);
        if (!context.Flags.Switch("detail"))
        {
            context.Printer.Print(user, name);
            return;
        }

        context.Out.WriteLine($"User: {name}");
        foreach (string role in user.Roles)
        {
            context.Out.Write("\n");
            var answer = await client.CallAsync(CtlMethods.RoleGet, new AuthRoleGetRequest { Role = role }, isRead: true).ConfigureAwait(false);
            context.Printer.Print(answer, role);
        }
    }

    public static Task ListAsync(CtlContext context) => context.Arguments.Count == 0
        ? CallAsync(context, static client => client.CallAsync(CtlMethods.UserList, new AuthUserListRequest(), isRead: true))
        : throw CtlException.BadArguments("user list command requires no arguments");

    public static async Task PasswordAsync(CtlContext context)
    {
        string name = One(context, "user passwd command requires user name as its argument");
        var request = new AuthUserChangePasswordRequest
        {
            Name = name,
            Password = await PasswordAsync(context, name).ConfigureAwait(false),
        };
        await CallAsync(context, client => client.CallAsync(CtlMethods.UserChangePassword, request), name).ConfigureAwait(false);
    }

    public static Task GrantAsync(CtlContext context)
    {
        var (user, role) = Two(context, "user grant command requires user name and role name as its argument");
        var request = new AuthUserGrantRoleRequest { User = user, Role = role };
        return CallAsync(context, client => client.CallAsync(CtlMethods.UserGrantRole, request), user, role);
    }

    public static Task RevokeAsync(CtlContext context)
    {
        var (user, role) = Two(context, "user revoke-role requires user name and role name as its argument");
        var request = new AuthUserRevokeRoleRequest { Name = user, Role = role };
        return CallAsync(context, client => client.CallAsync(CtlMethods.UserRevokeRole, request), user, role);
    }

    private static async Task CallAsync<T>(CtlContext context, Func<CtlClient, Task<T>> call, params string[] told)
        where T : notnull
    {
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await call(client).ConfigureAwait(false), told);
    }

    private static string One(CtlContext context, string refusal)
        => context.Arguments is [var name] ? name : throw CtlException.BadArguments(refusal);

    private static (string User, string Role) Two(CtlContext context, string refusal)
        => context.Arguments is [var user, var role] ? (user, role) : throw CtlException.BadArguments(refusal);

    private static async Task<string> PasswordAsync(CtlContext context, string name)
    {
        if (!context.Flags.Switch("interactive"))
        {
            // One word of the first line.
            string line = await context.Console.Lines.ReadLineAsync().ConfigureAwait(false) ?? "";
            return line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        }

        string first = Ask(context, $"Password of {name}: ");
        if (first.Length == 0)
        {
            throw CtlException.BadArguments("empty password");
        }

        return Ask(context, $"Type password of {name} again for confirmation: ") == first
            ? first
            : throw CtlException.BadArguments("given passwords are different");
    }

    private static string Ask(CtlContext context, string prompt)
    {
        try
        {
            return ClientFlags.Ask(context, prompt);
        }
        catch (CtlException failure)
        {
            throw CtlException.BadArguments($"failed to ask password: {failure.Message}");
        }
    }
}
