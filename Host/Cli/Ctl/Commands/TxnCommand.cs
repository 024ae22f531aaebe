using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>txn: comparisons, requests for success and for failure, each read line by line up to an empty one.</summary>
internal static class TxnCommand
{
    public static readonly CtlFlag[] Flags = [CtlFlag.Switch("interactive", "Tell what is to be typed next.", 'i')];

    public static async Task RunAsync(CtlContext context)
    {
        if (context.Arguments.Count > 0)
        {
            throw CtlException.BadArguments("txn command does not accept argument");
        }

        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        var request = new TxnRequest();
        await ReadAsync(context, "compares:", line => request.Compare.Add(TxnGrammar.Compare(line))).ConfigureAwait(false);
        await ReadAsync(
            context, "success requests (get, put, del):", line => request.Success.Add(TxnGrammar.Operation(line, context.Console))).ConfigureAwait(false);
        await ReadAsync(
            context, "failure requests (get, put, del):", line => request.Failure.Add(TxnGrammar.Operation(line, context.Console))).ConfigureAwait(false);
        context.Printer.Print(await client.CallAsync(EtcdMethods.Txn, request).ConfigureAwait(false));
    }

    private static async Task ReadAsync(CtlContext context, string prompt, Action<string> add)
    {
        if (context.Flags.Switch("interactive"))
        {
            context.Out.WriteLine(prompt);
            context.Out.Flush();
        }

        while (true)
        {
            string? line = await LineReader.ReadAsync(context.Console.Lines).ConfigureAwait(false);
            if (line == null)
            {
                throw new CtlException(CtlExit.InvalidInput, "EOF");
            }

            line = line.Trim();
            if (line.Length == 0)
            {
                return;
            }

            add(line);
        }
    }
}
