using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>get, put, del, compaction.</summary>
internal static class KvCommands
{
    public static async Task GetAsync(CtlContext context)
    {
        var request = KvRequests.Get(context.Flags, context.Arguments);
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        var answer = context.Flags.Switch("stream")
            ? await StreamAsync(client, request, context.CommandTimeout).ConfigureAwait(false)
            : await client.CallAsync(EtcdMethods.Range, request, context.CommandTimeout, isRead: true).ConfigureAwait(false);
        if (context.Flags.Switch("count-only") && !context.Printer.IsFields)
        {
            throw CtlException.BadArguments("--count-only is only for `--write-out=fields`");
        }

        if (context.Flags.Switch("print-value-only"))
        {
            if (!context.Printer.IsSimple)
            {
                throw CtlException.BadArguments("print-value-only is only for `--write-out=simple`");
            }

            context.Printer.IsValueOnly = true;
        }

        context.Printer.Print(answer);
    }

    public static async Task PutAsync(CtlContext context)
    {
        var request = KvRequests.Put(context.Flags, context.Arguments, context.Console);
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await client.CallAsync(EtcdMethods.Put, request, context.CommandTimeout).ConfigureAwait(false));
    }

    public static async Task DeleteAsync(CtlContext context)
    {
        var request = KvRequests.Delete(context.Flags, context.Arguments);
        if (context.Arguments.Count == 2 && !context.Flags.Switch("range"))
        {
            await WarnOfRangeAsync(context).ConfigureAwait(false);
        }

        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        context.Printer.Print(await client.CallAsync(EtcdMethods.DeleteRange, request, context.CommandTimeout).ConfigureAwait(false));
    }

    public static async Task CompactAsync(CtlContext context)
    {
        if (context.Arguments is not [var text])
        {
            throw CtlException.BadArguments("compaction command needs 1 argument");
        }

        var request = new CompactionRequest
        {
            Revision = CtlContext.Integer(text, 10, static reason => reason, CtlExit.Error),
            Physical = context.Flags.Switch("physical"),
        };
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        await client.CallAsync(EtcdMethods.Compact, request, context.CommandTimeout).ConfigureAwait(false);
        context.Out.WriteLine($"compacted revision {request.Revision}");
    }

    private static async Task<RangeResponse> StreamAsync(CtlClient client, RangeRequest request, TimeSpan timeout)
    {
        await using var call = await client.StreamAsync(CtlMethods.RangeStream, timeout).ConfigureAwait(false);
        var whole = new RangeResponse();
        try
        {
            await call.WriteAsync(request).ConfigureAwait(false);
            call.CompleteRequests();
            await foreach (var part in call.ReadAllAsync().ConfigureAwait(false))
            {
                whole.MergeFrom(part.RangeResponse);
            }
        }
        catch (GrpcCallException failure)
        {
            throw new CtlRpcException(failure.Code, failure.Detail);
        }

        return whole;
    }

    // Somebody who gave two keys may have meant both of them, not all between them; 3.6 began to leave time to interrupt.
    private static async Task WarnOfRangeAsync(CtlContext context)
    {
        if (context.Version.Minor < 5)
        {
            return;
        }

        string range = $"{Text.GoText.Quote(context.Arguments[0])} and {Text.GoText.Quote(context.Arguments[1])}";
        if (context.Version.Minor == 5)
        {
            context.Error($"Keys between {range} are deleted; from 3.6 on there are two seconds to interrupt unless --range is given.");
            return;
        }

        context.Error(
            $"Warning: Keys between {range} will be deleted in 2 seconds. Interrupt to keep them; `--range` deletes at once.");
        context.Console.Error.Flush();
        await Task.Delay(TimeSpan.FromSeconds(2), context.Console.Interrupted).ConfigureAwait(false);
    }
}
