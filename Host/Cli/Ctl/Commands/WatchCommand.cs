using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>watch: prints events, and runs a command at each when one is given.</summary>
internal static class WatchCommand
{
    public static async Task RunAsync(CtlContext context)
    {
        WatchArguments.Variables(context.Console);
        if (context.Flags.Switch("interactive"))
        {
            await InteractiveAsync(context).ConfigureAwait(false);
            return;
        }

        var arguments = WatchArguments.Of(context);
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        using var session = new WatchSession(client);
        await session.AddAsync(arguments.Request, answer => PrintAsync(context, answer, arguments.Command)).ConfigureAwait(false);
        await session.RunAsync(context.Console.Interrupted).ConfigureAwait(false);
        throw context.Console.Interrupted.IsCancellationRequested
            ? new OperationCanceledException(context.Console.Interrupted)
            : new CtlException(CtlExit.Interrupted, "watch is canceled by the server");
    }

    private static async Task InteractiveAsync(CtlContext context)
    {
        await using var client = await context.ConnectAsync().ConfigureAwait(false);
        using var session = new WatchSession(client);
        while (true)
        {
            string? line = await LineReader.ReadAsync(context.Console.Lines).ConfigureAwait(false);
            if (line == null)
            {
                throw new CtlException(CtlExit.InvalidInput, $"{(context.Version.Minor > 4 ? "error" : "Error")} reading watch request line: EOF");
            }

            await LineAsync(context, session, line).ConfigureAwait(false);
        }
    }

    private static async Task LineAsync(CtlContext context, WatchSession session, string line)
    {
        var words = WordSplitter.Split(line);
        switch (words)
        {
            case []:
                Refuse(context, $"Invalid command: {line} (watch and progress supported)");
                break;
            case ["watch"] when WatchArguments.Variables(context.Console).Key.Length == 0:
                Refuse(context, $"Invalid command {line} (command type or key is not provided)");
                break;
            case ["watch", ..]:
                await AddAsync(context, session, line, words[1..]).ConfigureAwait(false);
                break;
            case ["progress", ..]:
                await session.RequestProgressAsync().ConfigureAwait(false);
                break;
            default:
                Refuse(context, $"Invalid command {line} (only support watch)");
                break;
        }
    }

    private static async Task AddAsync(CtlContext context, WatchSession session, string line, List<string> words)
    {
        WatchArguments arguments;
        try
        {
            arguments = WatchArguments.Of(words, context.Console);
        }
        catch (CtlException failure) when (failure.Message.Contains("mutually exclusive", StringComparison.Ordinal))
        {
            Refuse(context, $"Invalid command {line} ({failure.Message})");
            return;
        }

        await session.AddAsync(arguments.Request, answer => PrintAsync(context, answer, arguments.Command)).ConfigureAwait(false);
        session.Start(context.Console.Interrupted, failure =>
        {
            context.Error($"Error: {failure.Message}");
            context.Console.Error.Flush();
        });
    }

    private static void Refuse(CtlContext context, string reason)
    {
        context.Error(reason);
        context.Console.Error.Flush();
    }

    private static async Task PrintAsync(CtlContext context, WatchResponse answer, IReadOnlyList<string> command)
    {
        if (answer.Canceled)
        {
            context.Error($"watch was canceled ({WatchSession.ReasonOf(answer)})");
            context.Console.Error.Flush();
        }

        if (WatchSession.IsProgress(answer))
        {
            context.Out.WriteLine($"progress notify: {answer.Header.Revision}");
        }

        context.Printer.Print(answer);
        context.Out.Flush();
        if (command.Count == 0)
        {
            return;
        }

        foreach (var happened in answer.Events)
        {
            await ExecuteAsync(context, command, answer.Header.Revision, happened).ConfigureAwait(false);
        }
    }

    private static async Task ExecuteAsync(
        CtlContext context, IReadOnlyList<string> command, long revision, Protos.Mvccpb.Event happened)
    {
        KeyValuePair<string, string>[] variables =
        [
            new("ETCD_WATCH_REVISION", Output.CtlRows.Number(revision)),
            new("ETCD_WATCH_EVENT_TYPE", GoText.Quote(Output.FieldsPrinter.NameOf(happened.Type))),
            new("ETCD_WATCH_KEY", GoText.Quote(happened.Kv.Key.Span)),
            new("ETCD_WATCH_VALUE", GoText.Quote(happened.Kv.Value.Span)),
        ];
        string failure;
        try
        {
            int exitCode = await context.Console.ExecuteAsync(command, variables).ConfigureAwait(false);
            failure = exitCode == 0 ? "" : $"exit status {exitCode}";
        }
        catch (System.ComponentModel.Win32Exception notFound)
        {
            failure = $"exec: {GoText.Quote(command[0])}: {notFound.Message}";
        }

        context.Out.Flush();
        if (failure.Length > 0)
        {
            context.Error($"command [{string.Join(' ', command.Select(static word => GoText.Quote(word)))}] error ({failure})");
            throw new CtlException(CtlExit.Error, "");
        }
    }
}
