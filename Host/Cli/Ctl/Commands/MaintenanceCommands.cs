using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>alarm, defrag, move-leader, downgrade, version.</summary>
internal static class MaintenanceCommands
{
    public static readonly CtlFlag[] DefragFlags =
    [
        EndpointCommands.Cluster,
        CtlFlag.Text("data-dir", "", "A data directory that no server uses, in place of endpoints."),
    ];

    public static Task DisarmAsync(CtlContext context) => AlarmAsync(context, "disarm", AlarmRequest.Types.AlarmAction.Deactivate);

    public static Task AlarmsAsync(CtlContext context) => AlarmAsync(context, "list", AlarmRequest.Types.AlarmAction.Get);

    public static async Task DefragAsync(CtlContext context)
    {
        if (context.Flags.Text("data-dir") is { Length: > 0 } directory)
        {
            await UtlBridge.RunAsync(context, ["defrag", "--data-dir", directory]).ConfigureAwait(false);
            return;
        }

        bool hasFailed = false;
        await using var whole = await context.ConnectAsync().ConfigureAwait(false);
        foreach (var endpoint in await EndpointCommands.EndpointsAsync(context).ConfigureAwait(false))
        {
            long begin = Stopwatch.GetTimestamp();
            try
            {
                await using var client = await whole.ForAsync(endpoint).ConfigureAwait(false);
                begin = Stopwatch.GetTimestamp();
                await client.CallAsync(EtcdMethods.Defragment, new DefragmentRequest(), context.CommandTimeout).ConfigureAwait(false);
                context.Out.WriteLine($"Finished defragmenting etcd member[{endpoint.Text}]{Took(". took {0}", begin)}");
            }
            catch (Exception failure) when (failure is CtlRpcException or CtlException)
            {
                hasFailed = true;
                context.Error($"Failed to defragment etcd member[{endpoint.Text}]{Took(". took {0}.", begin)} ({failure.Message})");
            }
        }

        if (hasFailed)
        {
            throw new CtlException(CtlExit.Error, "");
        }

        // Since 3.6.
        string Took(string format, long begin) => context.Version.Minor >= 6
            ? string.Format(CultureInfo.InvariantCulture, format, GoText.Duration(Stopwatch.GetElapsedTime(begin)))
            : "";
    }

    public static async Task MoveLeaderAsync(CtlContext context)
    {
        if (context.Arguments is not [var text])
        {
            throw CtlException.BadArguments("move-leader command needs 1 argument");
        }

        if (!GoText.TryParseHex(text, out ulong target, out string? reason))
        {
            throw CtlException.BadArguments(reason!);
        }

        await using var whole = await context.ConnectAsync().ConfigureAwait(false);
        foreach (var endpoint in whole.Endpoints)
        {
            await using var client = await whole.ForAsync(endpoint).ConfigureAwait(false);
            var status = await client.CallAsync(EtcdMethods.Status, new StatusRequest(), context.CommandTimeout, isRead: true).ConfigureAwait(false);
            if (status.Header.MemberId != status.Leader)
            {
                continue;
            }

            var request = new MoveLeaderRequest { TargetID = target };
            var answer = await client.CallAsync(EtcdMethods.MoveLeader, request, context.CommandTimeout).ConfigureAwait(false);
            context.Printer.Print(answer, CtlRows.Hex(status.Leader), CtlRows.Hex(target));
            return;
        }

        throw CtlException.BadArguments(
            $"no leader endpoint given at [{string.Join(' ', whole.Endpoints.Select(static endpoint => endpoint.Text))}]");
    }

    public static Task ValidateDowngradeAsync(CtlContext context)
        => DowngradeAsync(context, DowngradeRequest.Types.DowngradeAction.Validate, "validate");

    public static Task EnableDowngradeAsync(CtlContext context)
        => DowngradeAsync(context, DowngradeRequest.Types.DowngradeAction.Enable, "enable");

    public static Task CancelDowngradeAsync(CtlContext context)
        => DowngradeAsync(context, DowngradeRequest.Types.DowngradeAction.Cancel, "cancel");

    public static Task VersionAsync(CtlContext context)
    {
        context.Out.Write($"etcdctl version: {context.Version.Text}\nAPI version: {context.Version.Api}\n");
        return Task.CompletedTask;
    }

    private static async Task AlarmAsync(CtlContext context, string name, AlarmRequest.Types.AlarmAction action)
    {
        if (context.Arguments.Count > 0)
        {
            throw CtlException.BadArguments($"alarm {name} command accepts no arguments");
        }

        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        var request = new AlarmRequest { Action = action };
        if (action == AlarmRequest.Types.AlarmAction.Get)
        {
            context.Printer.Print(await client.CallAsync(EtcdMethods.Alarm, request, context.CommandTimeout, isRead: true).ConfigureAwait(false));
            return;
        }

        await DisarmAllAsync(context, client).ConfigureAwait(false);
    }

    // The server disarms one alarm at a time.
    private static async Task DisarmAllAsync(CtlContext context, CtlClient client)
    {
        var raised = await client.CallAsync(EtcdMethods.Alarm, new AlarmRequest(), context.CommandTimeout, isRead: true).ConfigureAwait(false);
        var disarmed = new AlarmResponse();
        foreach (var alarm in raised.Alarms)
        {
            var request = new AlarmRequest
            {
                Action = AlarmRequest.Types.AlarmAction.Deactivate,
                MemberID = alarm.MemberID,
                Alarm = alarm.Alarm,
            };
            var answer = await client.CallAsync(EtcdMethods.Alarm, request, context.CommandTimeout).ConfigureAwait(false);
            disarmed.Alarms.Add(answer.Alarms);
        }

        context.Printer.Print(disarmed);
    }

    private static async Task DowngradeAsync(CtlContext context, DowngradeRequest.Types.DowngradeAction action, string name)
    {
        if (action != DowngradeRequest.Types.DowngradeAction.Cancel)
        {
            CheckTarget(context.Arguments);
        }

        var request = new DowngradeRequest
        {
            Action = action,
            Version = action == DowngradeRequest.Types.DowngradeAction.Cancel ? "" : context.Arguments[0],
        };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await client.CallAsync(EtcdMethods.Downgrade, request, context.CommandTimeout).ConfigureAwait(false), name);
    }

    private static void CheckTarget(IReadOnlyList<string> arguments)
    {
        string? reason = arguments switch
        {
            [] => "TARGET_VERSION not provided",
            [""] => "target version not provided",
            [_] => null,
            _ => "too many arguments",
        };
        if (reason != null)
        {
            throw CtlException.BadArguments(reason);
        }
    }
}
