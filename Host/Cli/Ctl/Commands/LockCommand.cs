using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>lock: holds a lock while a command runs, or until interrupted.</summary>
internal static class LockCommand
{
    public static readonly CtlFlag[] Flags =
        [CtlFlag.Number("ttl", "Seconds after which the lock is free when this program has died.", "10")];

    public static async Task RunAsync(CtlContext context)
    {
        if (context.Arguments.Count == 0)
        {
            throw CtlException.BadArguments("lock takes a lock name argument and an optional command to execute");
        }

        var interrupted = context.Console.Interrupted;
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        await using var session = await CtlSession.OpenAsync(client, context.Flags.Number("ttl"), interrupted).ConfigureAwait(false);
        string name = context.Arguments[0];
        ResponseHeader header;
        try
        {
            (_, header) = await session.AcquireAsync(name, ByteString.Empty, interrupted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new CtlException(CtlExit.Error, "context canceled");
        }

        var key = session.KeyBelow(name);
        if (context.Arguments.Count > 1)
        {
            await ExecuteAsync(context, session, key, header).ConfigureAwait(false);
            return;
        }

        await HoldAsync(context, client, session, key).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(CtlContext context, CtlSession session, ByteString key, ResponseHeader header)
    {
        var command = context.Arguments.Skip(1).ToArray();
        KeyValuePair<string, string>[] variables =
        [
            new("ETCD_LOCK_KEY", key.ToStringUtf8()),
            new("ETCD_LOCK_REV", header.Revision.ToString(CultureInfo.InvariantCulture)),
        ];
        int exitCode;
        try
        {
            exitCode = await context.Console.ExecuteAsync(command, variables).ConfigureAwait(false);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            await session.DeleteAsync(key).ConfigureAwait(false);
            throw new CtlException(CtlExit.Error, $"exec: {GoText.Quote(command[0])}: executable file not found in $PATH");
        }

        await session.DeleteAsync(key).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new CtlException(context.Version.Minor > 4 ? exitCode : CtlExit.Error, $"exit status {exitCode}");
        }
    }

    private static async Task HoldAsync(CtlContext context, CtlClient client, CtlSession session, ByteString key)
    {
        var held = await client.CallAsync(EtcdMethods.Range, new RangeRequest { Key = key }, isRead: true).ConfigureAwait(false);
        if (held.Kvs.Count == 0)
        {
            throw new CtlException(CtlExit.Error, "lock lost on init");
        }

        context.Printer.Print(held);
        context.Out.Flush();
        await session.Expired.ConfigureAwait(false);
        if (!context.Console.Interrupted.IsCancellationRequested)
        {
            throw new CtlException(CtlExit.Error, "session expired");
        }

        await session.DeleteAsync(key).ConfigureAwait(false);
    }
}
