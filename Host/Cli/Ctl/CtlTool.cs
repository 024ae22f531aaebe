using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.V2;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary><c>actor-etcd ctl</c>, which is <c>etcdctl</c> when the program is called so.</summary>
internal static class CtlTool
{
    private const string ApiVariable = "ETCDCTL_API";
    private const int InterruptedExit = 130;
    private const int BrokenPipeExit = 141;

    /// <summary>Runs a command line. Whatever goes wrong is told and becomes an exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CtlConsole console)
    {
        int exitCode;
        try
        {
            exitCode = await RunApiAsync(arguments, console).ConfigureAwait(false);
            console.Out.Flush();
        }
        catch (Exception failure)
        {
            exitCode = Tell(console, failure);
        }

        console.Error.Flush();
        return exitCode;
    }

    private static Task<int> RunApiAsync(IReadOnlyList<string> arguments, CtlConsole console)
    {
        string version = console.Variable(ApiVariable) ?? "";
        switch (version)
        {
            case "" or "3":
                return RunV3Async(arguments, console);
            case "2":
                return V2Tool.RunAsync(arguments, console);
            default:
                console.Error.WriteLine($"unsupported API version {version}");
                return Task.FromResult(CtlExit.Error);
        }
    }

    private static int Tell(CtlConsole console, Exception failure)
    {
        if (failure is IOException && !TryFlush(console))
        {
            return BrokenPipeExit;
        }

        TryFlush(console);
        switch (failure)
        {
            case OperationCanceledException:
                return InterruptedExit;
            case CtlException { Message.Length: 0 } told:
                return told.ExitCode;
            case CtlException refusal:
                console.Error.WriteLine($"Error: {refusal.Message}");
                return refusal.ExitCode;
            case CtlRpcException refused:
                console.Error.WriteLine($"Error: {refused.Message}");
                return CtlExit.Error;
            default:
                console.Error.WriteLine($"Error: {failure.GetType().Name}: {failure.Message}");
                return CtlExit.Error;
        }
    }

    private static bool TryFlush(CtlConsole console)
    {
        try
        {
            console.Out.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<int> RunV3Async(IReadOnlyList<string> given, CtlConsole console)
    {
        var (path, arguments) = CtlCommandLine.Find(CtlCommands.Root(console.ProgramName), given);
        var command = path[^1];
        CtlFlag[] flags =
        [
            .. command.Flags, .. path.SelectMany(static part => part.Inherited), .. CtlFlags.Globals, CtlHelp.HelpFlag,
        ];
        var values = new CtlFlagValues(flags);
        List<string> positional = [];
        try
        {
            CtlCommandLine.TakeEnvironment(values, flags, console);
            if (!command.IsRaw)
            {
                positional = CtlFlagParser.Parse(values, arguments);
            }

            CtlCommandLine.CheckKnown(path, positional, console.ProgramName);
        }
        catch (CtlException refusal)
        {
            console.Error.WriteLine($"Error: {refusal.Message}");
            if (path.Length > 1)
            {
                console.Out.Write(CtlHelp.Of(path, console.ProgramName, CtlVersion.Parse(CtlVersion.Default)));
            }
            else
            {
                console.Error.WriteLine($"Run '{console.ProgramName} --help' for usage.");
            }

            return refusal.ExitCode;
        }

        CtlCommandLine.CheckEnvironment(values, flags, console);
        var version = CtlVersion.Parse(values.Text("compat-version"));
        if (values.Switch("help") || command.Run == null)
        {
            console.Out.Write(CtlHelp.Of(path, console.ProgramName, version));
            return CtlExit.Success;
        }

        var context = new CtlContext
        {
            Console = console,
            Flags = values,
            Arguments = positional,
            RawArguments = arguments,
            Version = version,
        };
        await command.Run(context).ConfigureAwait(false);
        return CtlExit.Success;
    }
}
