using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>auth enable, disable, status.</summary>
internal static class AuthCommands
{
    private const string NoRootRole = "etcdserver: root user does not have root role";
    private const string Root = "root";

    public static async Task EnableAsync(CtlContext context)
    {
        CheckNoArguments(context, "enable");
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        while (true)
        {
            try
            {
                await client.CallAsync(CtlMethods.AuthEnable, new AuthEnableRequest(), context.CommandTimeout).ConfigureAwait(false);
                break;
            }
            catch (CtlRpcException failure) when (failure.Detail == NoRootRole)
            {
                await client.CallAsync(CtlMethods.RoleAdd, new AuthRoleAddRequest { Name = Root }, context.CommandTimeout).ConfigureAwait(false);
                await client.CallAsync(
                    CtlMethods.UserGrantRole, new AuthUserGrantRoleRequest { User = Root, Role = Root }, context.CommandTimeout).ConfigureAwait(false);
            }
        }

        context.Out.WriteLine("Authentication Enabled");
    }

    public static async Task DisableAsync(CtlContext context)
    {
        CheckNoArguments(context, "disable");
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        await client.CallAsync(CtlMethods.AuthDisable, new AuthDisableRequest(), context.CommandTimeout).ConfigureAwait(false);
        context.Out.WriteLine("Authentication Disabled");
    }

    public static async Task StatusAsync(CtlContext context)
    {
        CheckNoArguments(context, "status");
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await client.CallAsync(
            CtlMethods.AuthStatus, new AuthStatusRequest(), context.CommandTimeout, isRead: true).ConfigureAwait(false));
    }

    private static void CheckNoArguments(CtlContext context, string name)
    {
        if (context.Arguments.Count > 0)
        {
            throw CtlException.BadArguments($"auth {name} command does not accept any arguments");
        }
    }
}
