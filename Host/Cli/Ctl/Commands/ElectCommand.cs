using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>elect: stands for an election and leads until interrupted, or tells who leads.</summary>
internal static class ElectCommand
{
    private const int SessionTtl = 60;

    public static readonly CtlFlag[] Flags = [CtlFlag.Switch("listen", "Only tell who leads.", 'l')];

    public static async Task RunAsync(CtlContext context)
    {
        if (context.Arguments.Count is not (1 or 2))
        {
            throw CtlException.BadArguments("elect takes one election name argument and an optional proposal argument");
        }

        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        bool listens = context.Flags.Switch("listen");
        if (context.Arguments.Count == 1)
        {
            await (listens
                ? ObserveAsync(context, client)
                : throw CtlException.BadArguments("no proposal argument but -l not set")).ConfigureAwait(false);
            return;
        }

        await (listens
            ? throw CtlException.BadArguments("proposal given but -l is set")
            : CampaignAsync(context, client)).ConfigureAwait(false);
    }

    private static async Task CampaignAsync(CtlContext context, CtlClient client)
    {
        var interrupted = context.Console.Interrupted;
        await using var session = await CtlSession.OpenAsync(client, SessionTtl, interrupted).ConfigureAwait(false);
        string name = context.Arguments[0];
        try
        {
            await session.AcquireAsync(name, ByteString.CopyFromUtf8(context.Arguments[1]), interrupted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new CtlException(CtlExit.Error, "context canceled");
        }

        var key = session.KeyBelow(name);
        context.Printer.Print(await client.CallAsync(EtcdMethods.Range, new RangeRequest { Key = key }, isRead: true).ConfigureAwait(false));
        context.Out.Flush();
        await session.Expired.ConfigureAwait(false);
        if (!interrupted.IsCancellationRequested)
        {
            throw new CtlException(CtlExit.Error, "elect: session expired");
        }

        await session.DeleteAsync(key).ConfigureAwait(false);
    }

    private static async Task ObserveAsync(CtlContext context, CtlClient client)
    {
        var interrupted = context.Console.Interrupted;
        var prefix = ByteString.CopyFromUtf8(context.Arguments[0] + "/");
        while (!interrupted.IsCancellationRequested)
        {
            var request = new RangeRequest
            {
                Key = prefix,
                RangeEnd = KeyRange.PrefixEnd(prefix),
                SortOrder = RangeRequest.Types.SortOrder.Ascend,
                SortTarget = RangeRequest.Types.SortTarget.Create,
                Limit = 1,
            };
            var first = await client.CallAsync(EtcdMethods.Range, request, isRead: true).ConfigureAwait(false);
            if (first.Kvs.Count == 0)
            {
                await FirstPutAsync(client, prefix, first, interrupted).ConfigureAwait(false);
                if (first.Kvs.Count == 0)
                {
                    continue;
                }
            }

            Print(context, first.Header, first.Kvs[0]);
            await FollowAsync(context, client, first, interrupted).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until somebody stands, who becomes the answer's only key, as of the revision that it was put at.</summary>
    private static async Task FirstPutAsync(CtlClient client, ByteString prefix, RangeResponse answer, CancellationToken interrupted)
    {
        using var found = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var session = new WatchSession(client);
        var request = new WatchCreateRequest { Key = prefix, RangeEnd = KeyRange.PrefixEnd(prefix), StartRevision = answer.Header.Revision };
        await session.AddAsync(
            request,
            async seen =>
            {
                var put = seen.Events.FirstOrDefault(static one => one.Type == Event.Types.EventType.Put);
                if (put == null || answer.Kvs.Count > 0)
                {
                    return;
                }

                answer.Kvs.Add(put.Kv);
                answer.Header = new ResponseHeader(seen.Header) { Revision = put.Kv.ModRevision };
                await found.CancelAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
        await session.RunAsync(found.Token).ConfigureAwait(false);
    }

    /// <summary>Tells what the leader proclaims until it leads no more.</summary>
    private static async Task FollowAsync(CtlContext context, CtlClient client, RangeResponse first, CancellationToken interrupted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var session = new WatchSession(client);
        await session.AddAsync(
            new WatchCreateRequest { Key = first.Kvs[0].Key, StartRevision = first.Header.Revision + 1 },
            async answer =>
            {
                foreach (var happened in answer.Events)
                {
                    if (happened.Type == Event.Types.EventType.Delete)
                    {
                        await gone.CancelAsync().ConfigureAwait(false);
                        return;
                    }

                    Print(context, answer.Header, happened.Kv);
                }
            }).ConfigureAwait(false);
        await session.RunAsync(gone.Token).ConfigureAwait(false);
    }

    private static void Print(CtlContext context, ResponseHeader header, KeyValue leader)
    {
        var answer = new RangeResponse { Header = header };
        answer.Kvs.Add(leader);
        context.Printer.Print(answer);
        context.Out.Flush();
    }
}
