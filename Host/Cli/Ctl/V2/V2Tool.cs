using System.Text;
using ActorEtcd.Host.Cli.Completion;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>etcdctl with ETCDCTL_API=2.</summary>
internal static class V2Tool
{
    private const string Name = "etcdctl";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CtlConsole console)
    {
        if (arguments is ["__complete", ..])
        {
            console.Out.Write(Completer.Lines(CompletionTrees.CtlV2(""), [.. arguments.Skip(1)]));
            return 0;
        }

        try
        {
            return await FindAndRunAsync(arguments, console).ConfigureAwait(false);
        }
        catch (V2Exception refusal)
        {
            console.Out.Flush();
            console.Error.Write(refusal.Message);
            return refusal.ExitCode;
        }
        catch (OperationCanceledException) when (console.Interrupted.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> FindAndRunAsync(IReadOnlyList<string> arguments, CtlConsole console)
    {
        var globals = new V2Flags(V2Commands.Globals);
        var commands = V2Commands.All();
        if (!TryParse(() => globals.Parse(arguments), console, () => Overview(Name, commands, V2Commands.Globals), '.'))
        {
            return V2Exit.Error;
        }

        if (globals.Switch("version"))
        {
            string version = console.Variable("ETCDCTL_COMPAT_VERSION") ?? CtlVersion.Default;
            console.Out.Write($"etcdctl version: {version}\nAPI version: 2\n");
            return 0;
        }

        string path = Name;
        var rest = globals.Arguments;
        while (true)
        {
            if (rest is ["help" or "h", var topic, ..] && !globals.WantsHelp)
            {
                console.Out.Write(HelpOn(topic, path, commands));
                return 0;
            }

            if (rest.Count == 0 || globals.WantsHelp || rest[0] is "help" or "h" or "-h" or "--help")
            {
                console.Out.Write(Overview(path, commands, path == Name ? V2Commands.Globals : []));
                return 0;
            }

            var command = Find(rest[0], commands);
            path += " " + command.Name;
            rest = rest[1..];
            if (command.Run != null)
            {
                return await RunAsync(command, path, rest, globals, console).ConfigureAwait(false);
            }

            commands = command.Children;
        }
    }

    private static V2Command Find(string name, V2Command[] commands) => commands.FirstOrDefault(command => command.Name == name)
        ?? throw new V2Exception(V2Exit.UnknownCommand, $"No help topic for '{name}'\n");

    private static string HelpOn(string topic, string path, V2Command[] commands)
    {
        var command = Find(topic, commands);
        return command.Run is null ? Overview($"{path} {topic}", command.Children, []) : HelpOf($"{path} {topic}", command);
    }

    private static async Task<int> RunAsync(V2Command command, string path, List<string> rest, V2Flags globals, CtlConsole console)
    {
        var flags = new V2Flags([.. command.Flags]);
        if (!TryParse(() => flags.ParseReordered(rest), console, () => HelpOf(path, command), ':'))
        {
            return V2Exit.Error;
        }

        if (flags.WantsHelp)
        {
            console.Out.Write(HelpOf(path, command));
            return 0;
        }

        await command.Run!(new V2Context { Console = console, Globals = globals, Flags = flags }).ConfigureAwait(false);
        return 0;
    }

    private static bool TryParse(Action parse, CtlConsole console, Func<string> help, char mark)
    {
        try
        {
            parse();
            return true;
        }
        catch (FormatException refusal)
        {
            console.Out.Write($"Incorrect Usage{mark} {refusal.Message}\n\n{help()}");
            console.Error.WriteLine(refusal.Message);
            return false;
        }
    }

    private static string Overview(string path, V2Command[] commands, V2Flag[] globals)
    {
        int width = commands.Max(static command => command.Name.Length) + 2;
        var text = new StringBuilder($"NAME:\n   {path} - A command line client for the v2 API.\n\nUSAGE:\n   {path} ");
        text.Append(globals.Length > 0 ? "[global options] command [command options] [arguments...]\n" : "command [command options] [arguments...]\n");
        text.Append("\nCOMMANDS:\n");
        foreach (var command in commands)
        {
            text.Append("   ").Append(command.Name.PadRight(width)).Append(command.Help).Append('\n');
        }

        return globals.Length == 0 ? text.ToString() : text.Append("\nGLOBAL OPTIONS:\n").Append(FlagLines(globals)).ToString();
    }

    private static string HelpOf(string path, V2Command command)
    {
        string options = command.Flags.Length == 0 ? "" : $"\nOPTIONS:\n{FlagLines(command.Flags)}";
        return $"NAME:\n   {path} - {command.Help}\n\nUSAGE:\n   {path}{(command.Flags.Length > 0 ? " [command options]" : "")} {command.Arguments}\n{options}";
    }

    private static string FlagLines(V2Flag[] flags)
    {
        (string Names, string Help)[] lines = [.. flags.Select(static flag =>
        (
            string.Join(", ", flag.Names.Select(static name => name.Length == 1 ? "-" + name : "--" + name))
                + (flag.Kind == CtlFlagKind.Switch ? "" : " value"),
            flag.Default is "" or "false" ? flag.Help : $"{flag.Help} (default: {flag.Default})"
        ))];
        int width = lines.Max(static line => line.Names.Length) + 2;
        return string.Concat(lines.Select(line => $"   {line.Names.PadRight(width)}{line.Help}\n"));
    }
}
