using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>lease grant, revoke, timetolive, list, keep-alive.</summary>
internal static class LeaseCommands
{
    public static readonly CtlFlag[] TimeToLiveFlags = [CtlFlag.Switch("keys", "Tell the keys that end with the lease.")];

    public static readonly CtlFlag[] KeepAliveFlags = [CtlFlag.Switch("once", "Renew the lease once and end.")];

    public static async Task GrantAsync(CtlContext context)
    {
        if (context.Arguments is not [var text])
        {
            throw CtlException.BadArguments("lease grant command needs TTL argument");
        }

        var request = new LeaseGrantRequest { TTL = CtlContext.Integer(text, 10, static reason => $"bad TTL ({reason})") };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        try
        {
            context.Printer.Print(await client.CallAsync(EtcdMethods.LeaseGrant, request, context.CommandTimeout).ConfigureAwait(false));
        }
        catch (CtlRpcException failure)
        {
            throw new CtlException(CtlExit.Error, $"failed to grant lease ({failure.Message})");
        }
    }

    public static async Task RevokeAsync(CtlContext context)
    {
        if (context.Arguments.Count != 1)
        {
            throw CtlException.BadArguments("lease revoke command needs 1 argument");
        }

        long id = Id(context);
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        try
        {
            var answer = await client.CallAsync(
                EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = id }, context.CommandTimeout).ConfigureAwait(false);
            context.Printer.Print(answer, Hex(id));
        }
        catch (CtlRpcException failure)
        {
            throw new CtlException(CtlExit.Error, $"failed to revoke lease ({failure.Message})");
        }
    }

    public static async Task TimeToLiveAsync(CtlContext context)
    {
        if (context.Arguments.Count != 1)
        {
            throw CtlException.BadArguments("lease timetolive command needs lease ID as argument");
        }

        var request = new LeaseTimeToLiveRequest { Keys = context.Flags.Switch("keys") };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        request.ID = Id(context);
        var answer = await Connected(client.CallAsync(EtcdMethods.LeaseTimeToLive, request, isRead: true)).ConfigureAwait(false);
        context.Printer.Print(answer, request.Keys ? ["keys"] : []);
    }

    public static async Task ListAsync(CtlContext context)
    {
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await Connected(
            client.CallAsync(EtcdMethods.LeaseLeases, new LeaseLeasesRequest(), isRead: true)).ConfigureAwait(false));
    }

    public static async Task KeepAliveAsync(CtlContext context)
    {
        if (context.Arguments.Count != 1)
        {
            throw CtlException.BadArguments("lease keep-alive command needs lease ID as argument");
        }

        long id = Id(context);
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        if (context.Flags.Switch("once"))
        {
            context.Printer.Print(await Connected(OnceAsync(client, id)).ConfigureAwait(false));
            return;
        }

        await foreach (var answer in LeaseKeeper.KeepAsync(client, id, context.Console.Interrupted).ConfigureAwait(false))
        {
            context.Printer.Print(answer);
            context.Out.Flush();
        }

        if (context.Printer.IsSimple)
        {
            context.Out.WriteLine($"lease {Hex(id)} expired or revoked.");
        }
    }

    public static string Hex(long id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static long Id(CtlContext context) => CtlContext.Integer(
        context.Arguments[0], 16, static reason => $"bad lease ID arg ({reason}), expecting ID in Hex");

    private static async Task<LeaseKeepAliveResponse> OnceAsync(CtlClient client, long id)
    {
        await using var call = await client.StreamAsync(EtcdMethods.LeaseKeepAlive).ConfigureAwait(false);
        try
        {
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = id }).ConfigureAwait(false);
            var answer = await call.ReadAsync().ConfigureAwait(false);
            return answer.TTL > 0
                ? answer
                : throw new CtlRpcException(StatusCode.NotFound, "etcdserver: requested lease not found");
        }
        catch (GrpcCallException failure)
        {
            throw new CtlRpcException(failure.Code, failure.Detail);
        }
    }

    private static async Task<T> Connected<T>(Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (CtlRpcException failure)
        {
            throw new CtlException(CtlExit.BadConnection, failure.Message);
        }
    }
}
