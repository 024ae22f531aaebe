using ActorEtcd.Client;
using ActorEtcd.Host.Cli.Completion;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Cli;

/// <summary>
/// <c>actor-etcd utl</c>: what etcdutl does with files, for the files of ActorEtcd, and the way from etcd to it. Results
/// go to standard output, what is going on to standard error; exit codes are etcdutl's.
/// </summary>
public static class UtlTool
{
    private const int NameWidth = 20;
    private const string DefaultProgram = "actor-etcd utl";
    private const string Snapshot = "snapshot ";
    private const string ServerPrefix = "etcdserver: ";

    private static readonly UtlCommand[] Commands =
    [
        new("snapshot status", "<filename>", "Tells hash, revision, keys and size of a snapshot.", [], UtlCommands.StatusAsync),
        new("snapshot restore", "<filename> --data-dir <output dir> [flags]", "Makes the data directory of a new member out of a snapshot of ActorEtcd or of etcd.", UtlFlags.Restore, UtlCommands.RestoreAsync),
        new("hashkv", "<filename> [flags]", "Tells the hash of the history in a snapshot or an etcd database.", UtlFlags.HashKv, UtlCommands.HashKvAsync),
        new("defrag", "--data-dir <dir>", "Has nothing to do: ActorEtcd gives space back while it runs.", UtlFlags.Defrag, UtlCommands.DefragAsync),
        new("migrate", "--from <etcd data dir> [flags]", "Makes the data directory of a member out of that of a stopped etcd.", UtlFlags.Migrate, UtlCommands.MigrateAsync),
        new("version", "", "Tells the version.", [], UtlCommands.VersionAsync),
    ];

    /// <summary>The commands as completion sees them.</summary>
    internal static CtlCommand Tree(string name) => new(name, "Works on files of ActorEtcd and of etcd.", run: null)
    {
        Inherited = [.. UtlFlags.Globals.Where(static flag => flag.Name != "help").Select(CompletionTrees.Of)],
        Children =
        [
            .. Commands.Where(static command => !command.Name.Contains(' ', StringComparison.Ordinal)).Select(static command => Node(command, command.Name)),
            CtlCommand.Group("snapshot", "Snapshots of the whole store.", [.. Commands
                .Where(static command => command.Name.StartsWith(Snapshot, StringComparison.Ordinal))
                .Select(static command => Node(command, command.Name[Snapshot.Length..]))]),
            CtlCommand.Group("completion", "Prints a script that completes commands and flags in a shell.", [.. CompletionTrees.Shells()]),
        ],
    };

    /// <summary>Runs with the arguments after "utl".</summary>
    /// <param name="given">The command line.</param>
    /// <param name="program">What the program was called by.</param>
    public static async Task<int> RunAsync(string[] given, string program = DefaultProgram)
    {
        switch (given)
        {
            case ["__complete", .. var begun]:
                Console.Out.Write(Completer.Lines(Tree(program), begun));
                return UtlExit.Success;
            case ["completion", var shell] when ShellScript.Shells.Contains(shell):
                Console.Out.Write(ShellScript.Of(shell, program));
                return UtlExit.Success;
        }

        var arguments = WithFlagsBehind(given is ["help", .. var asked] ? [.. asked, "--help"] : given);
        var words = arguments.TakeWhile(static argument => !argument.StartsWith('-')).Take(2).ToArray();
        var command = Commands.FirstOrDefault(command => command.Name == string.Join(' ', words))
            ?? Commands.FirstOrDefault(command => words.Length > 0 && command.Name == words[0]);
        try
        {
            return command is null ? Overview(program, arguments) : await RunAsync(program, command, arguments[command.Name.Split(' ').Length..]);
        }
        catch (UtlException refusal)
        {
            return Refuse(refusal.Message, refusal.ExitCode);
        }
        catch (EtcdException refusal)
        {
            // No server had a part in it.
            var text = EtcdErrors.Of(refusal.Error).Message;
            return Refuse(text.StartsWith(ServerPrefix, StringComparison.Ordinal) ? text[ServerPrefix.Length..] : text, UtlExit.Error);
        }
        catch (Exception failure) when (failure is EtcdDataException or BboltDamagedException or DataDirException
            or ConfigException or NodeFailedException or IOException or UnauthorizedAccessException)
        {
            return Refuse(failure.Message, UtlExit.Error);
        }
        catch (Exception unexpected)
        {
            return Refuse($"{unexpected.GetType().Name}: {unexpected.Message}", UtlExit.Error);
        }
    }

    // etcd's documentation has the output format before the command.
    private static string[] WithFlagsBehind(string[] arguments)
    {
        var count = 0;
        while (count < arguments.Length && arguments[count].StartsWith('-'))
        {
            count += arguments[count] is "-w" || UtlFlags.Globals.Any(flag => flag.Kind != FlagKind.Switch && arguments[count].TrimStart('-') == flag.Name) ? 2 : 1;
        }

        return count < arguments.Length ? [.. arguments[count..], .. arguments[..count]] : arguments;
    }

    private static async Task<int> RunAsync(string program, UtlCommand command, string[] arguments)
    {
        IReadOnlyList<FlagDefinition> flags = [.. command.Flags, .. UtlFlags.Globals];
        var parsed = UtlArguments.Parse(flags, arguments);
        if (parsed.Flags.Switch("help"))
        {
            Console.Out.Write(Help(program, command, flags));
            return UtlExit.Success;
        }

        return await command.RunAsync(parsed);
    }

    private static int Overview(string program, string[] arguments)
    {
        string[] asked = [.. arguments.Where(static argument => argument is not ("-h" or "--help" or "help"))];
        var known = Commands.Where(command => asked.Length == 0 || command.Name.StartsWith(asked[0] + " ", StringComparison.Ordinal)).ToArray();
        if (known.Length == 0)
        {
            return Refuse($"unknown command \"{string.Join(' ', asked)}\" for \"{program}\"", UtlExit.Error);
        }

        Console.Out.WriteLine($"Usage:\n  {program} <command> [flags]\n\nCommands:");
        foreach (var command in known)
        {
            Console.Out.WriteLine($"  {command.Name.PadRight(NameWidth)}{command.Help}");
        }

        if (asked.Length == 0)
        {
            Console.Out.WriteLine($"  {"completion <shell>".PadRight(NameWidth)}Prints a script that completes commands and flags: {string.Join(", ", ShellScript.Shells)}.");
        }

        Console.Out.Write(Sections(UtlFlags.Globals));
        Console.Out.WriteLine($"\nUse \"{program} <command> --help\" for the flags of a command.");
        return UtlExit.Success;
    }

    private static string Help(string program, UtlCommand command, IReadOnlyList<FlagDefinition> flags)
    {
        return $"{command.Help}\n\nUsage:\n  {program} {command.Name} {command.Usage}".TrimEnd() + "\n" + Sections(flags);
    }

    private static string Sections(IReadOnlyList<FlagDefinition> flags) => string.Concat(flags
        .GroupBy(static flag => flag.Section)
        .Select(static section => $"\n{section.Key}:\n" + string.Concat(section.Select(static flag => $"  --{flag.Name} '{flag.Default}'\n        {flag.Help}\n"))));

    private static CtlCommand Node(UtlCommand command, string name)
        => new(name, command.Help, run: null, [.. command.Flags.Select(CompletionTrees.Of)]);

    private static int Refuse(string reason, int exitCode)
    {
        Console.Error.WriteLine($"Error: {reason.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
