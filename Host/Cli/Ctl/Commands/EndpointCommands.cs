using System.Diagnostics;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>endpoint health, status, hashkv: asks each endpoint by itself.</summary>
internal static class EndpointCommands
{
    private const string PermissionDenied = "etcdserver: permission denied";

    public static readonly CtlFlag Cluster = CtlFlag.Switch("cluster", "All endpoints that the cluster's member list has.");

    public static readonly CtlFlag[] HashFlags = [CtlFlag.Number("rev", "Hash the history up to this revision; 0 for the latest.")];

    public static async Task HealthAsync(CtlContext context)
    {
        _ = context.Printer;
        var endpoints = await EndpointsAsync(context).ConfigureAwait(false);
        var options = ClientFlags.OptionsOf(context);
        var asked = await Task.WhenAll(endpoints.Select(
            endpoint => HealthOfAsync(context, options with { Endpoints = [endpoint] }, endpoint))).ConfigureAwait(false);
        context.Printer.Health(asked);
        if (asked.Any(static one => one.Error.Length > 0))
        {
            throw new CtlException(CtlExit.Error, "unhealthy cluster");
        }
    }

    public static async Task StatusAsync(CtlContext context)
    {
        var found = await EachAsync(context, "status", static (client, timeout)
            => client.CallAsync(EtcdMethods.Status, new StatusRequest(), timeout, isRead: true)).ConfigureAwait(false);
        context.Printer.Status(found.Answers);
        if (found.Failure != null)
        {
            throw new CtlException(CtlExit.Error, "");
        }
    }

    public static async Task HashKvAsync(CtlContext context)
    {
        var request = new HashKVRequest { Revision = context.Flags.Number("rev") };
        var found = await EachAsync(context, "hash", (client, timeout)
            => client.CallAsync(EtcdMethods.HashKV, request, timeout, isRead: true)).ConfigureAwait(false);
        context.Printer.HashKv(found.Answers);
        if (found.Failure != null)
        {
            throw new CtlException(CtlExit.Error, found.Failure);
        }
    }

    /// <summary>The endpoints of the flag, or with --cluster the client URLs of all members.</summary>
    public static async Task<IReadOnlyList<CtlEndpoint>> EndpointsAsync(CtlContext context)
    {
        if (!context.Flags.Switch("cluster"))
        {
            return [.. ClientFlags.EndpointsOf(context).Select(CtlEndpoint.Parse)];
        }

        try
        {
            await using var client = await context.ConnectAsync().ConfigureAwait(false);
            var members = await client.CallAsync(
                EtcdMethods.MemberList, new MemberListRequest { Linearizable = true }, context.CommandTimeout, isRead: true).ConfigureAwait(false);
            return [.. members.Members.SelectMany(static member => member.ClientURLs).Select(CtlEndpoint.Parse)];
        }
        catch (CtlRpcException failure)
        {
            throw new CtlException(CtlExit.Error, $"failed to fetch endpoints from etcd cluster member list: {failure.Message}");
        }
    }

    private static async Task<EndpointHealth> HealthOfAsync(CtlContext context, CtlClientOptions options, CtlEndpoint endpoint)
    {
        long begin = 0;
        try
        {
            await using var client = await CtlClient.OpenAsync(options, context.Console).ConfigureAwait(false);
            begin = Stopwatch.GetTimestamp();
            try
            {
                await client.CallAsync(
                    EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("health") }, context.CommandTimeout, isRead: true).ConfigureAwait(false);
            }
            catch (CtlRpcException failure) when (failure.Detail == PermissionDenied)
            {
                // The refusal went through the log too: the endpoint works.
            }

            string took = Took(begin);
            string alarms = context.Version.Minor > 4 ? await AlarmsAsync(client, context.CommandTimeout).ConfigureAwait(false) : "";
            return new EndpointHealth(endpoint.Text, alarms.Length == 0, took, alarms);
        }
        catch (Exception failure) when (failure is CtlRpcException or CtlException)
        {
            return new EndpointHealth(endpoint.Text, IsHealthy: false, begin == 0 ? "" : Took(begin), failure.Message);
        }
    }

    private static string Took(long begin) => GoText.Duration(Stopwatch.GetElapsedTime(begin));

    private static async Task<string> AlarmsAsync(CtlClient client, TimeSpan timeout)
    {
        try
        {
            var answer = await client.CallAsync(EtcdMethods.Alarm, new AlarmRequest(), timeout, isRead: true).ConfigureAwait(false);
            return answer.Alarms.Count == 0
                ? ""
                : "Active Alarm(s): " + string.Concat(answer.Alarms.Select(static alarm => FieldsPrinter.NameOf(alarm.Alarm) + " "));
        }
        catch (CtlRpcException)
        {
            return "Unable to fetch the alarm list";
        }
    }

    private static async Task<(List<(string, T)> Answers, string? Failure)> EachAsync<T>(
        CtlContext context, string what, Func<CtlClient, TimeSpan, Task<T>> call)
    {
        var endpoints = await EndpointsAsync(context).ConfigureAwait(false);
        var answers = new List<(string, T)>();
        string? last = null;
        await using var whole = await context.ConnectAsync().ConfigureAwait(false);
        foreach (var endpoint in endpoints)
        {
            try
            {
                await using var client = await whole.ForAsync(endpoint).ConfigureAwait(false);
                answers.Add((endpoint.Text, await call(client, context.CommandTimeout).ConfigureAwait(false)));
            }
            catch (Exception failure) when (failure is CtlRpcException or CtlException)
            {
                last = failure.Message;
                context.Error($"Failed to get the {what} of endpoint {endpoint.Text} ({last})");
            }
        }

        return (answers, last);
    }
}
