using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>What to watch, and what to run at each event.</summary>
internal sealed record WatchArguments(WatchCreateRequest Request, IReadOnlyList<string> Command)
{
    private const string KeyVariable = "ETCDCTL_WATCH_KEY";
    private const string EndVariable = "ETCDCTL_WATCH_RANGE_END";
    private const string BadNumber = "bad number of arguments";
    private const string Separator = "--";

    public static readonly CtlFlag[] Flags =
    [
        CtlFlag.Switch("interactive", "Read the watches from standard input.", 'i'),
        CtlFlag.Switch("prefix", "All keys that begin with the key."),
        CtlFlag.Number("rev", "Begin with the events of this revision."),
        CtlFlag.Switch("prev-kv", "Print what was there before each event."),
        CtlFlag.Switch("progress-notify", "Be told now and then how far the watch is, without events."),
    ];

    /// <exception cref="CtlException">The variables contradict one another.</exception>
    public static (string Key, string End) Variables(CtlConsole console)
    {
        string key = console.Variable(KeyVariable) ?? "";
        string end = console.Variable(EndVariable) ?? "";
        return key.Length > 0 || end.Length == 0
            ? (key, end)
            : throw CtlException.BadArguments($"{KeyVariable} is empty but got {EndVariable}={GoText.Quote(end)}");
    }

    /// <summary>Of the command line.</summary>
    /// <exception cref="CtlException">Too few or too many arguments.</exception>
    public static WatchArguments Of(CtlContext context)
    {
        var command = CommandOf(context.RawArguments);
        var keys = context.Arguments.Take(context.Arguments.Count - command.Count).ToArray();
        bool isEmpty = command.Count == 0 && context.RawArguments.Count == 0;
        return Of(context.Flags, keys, command, Variables(context.Console), isEmpty);
    }

    /// <summary>Of a line of the interactive mode, behind the word watch.</summary>
    /// <exception cref="CtlException">Flags are wrong, or the number of arguments is.</exception>
    public static WatchArguments Of(IReadOnlyList<string> words, CtlConsole console)
    {
        var command = CommandOf(words);
        var flags = new CtlFlagValues(Flags);
        var positional = CtlFlagParser.Parse(flags, words);
        var keys = positional.Take(positional.Count - command.Count).ToArray();
        return Of(flags, keys, command, Variables(console), isEmpty: command.Count == 0 && keys.Length == 0);
    }

    private static WatchArguments Of(
        CtlFlagValues flags, string[] keys, IReadOnlyList<string> command, (string Key, string End) variables, bool isEmpty)
    {
        bool hasVariable = variables.Key.Length > 0;
        if (isEmpty && !hasVariable)
        {
            throw CtlException.BadArguments(BadNumber);
        }

        if (keys.Length > 0 && hasVariable)
        {
            throw CtlException.BadArguments(BadNumber + " (found conflicting environment key)");
        }

        if (hasVariable)
        {
            keys = variables.End.Length > 0 ? [variables.Key, variables.End] : [variables.Key];
        }

        return keys.Length > 0
            ? new WatchArguments(RequestOf(flags, keys), command)
            : throw CtlException.BadArguments(BadNumber);
    }

    private static WatchCreateRequest RequestOf(CtlFlagValues flags, string[] keys)
    {
        bool isPrefix = flags.Switch("prefix");
        if (isPrefix && keys.Length == 2)
        {
            throw CtlException.BadArguments("`range_end` and `--prefix` are mutually exclusive");
        }

        var (key, end) = KeyRange.Of(keys[0], isPrefix, isFrom: false);
        return new WatchCreateRequest
        {
            Key = key.IsEmpty ? KeyRange.Zero : key,
            RangeEnd = keys.Length == 2 ? ByteString.CopyFromUtf8(keys[1]) : end,
            StartRevision = flags.Number("rev"),
            PrevKv = flags.Switch("prev-kv"),
            ProgressNotify = flags.Switch("progress-notify"),
            Fragment = true,
        };
    }

    private static IReadOnlyList<string> CommandOf(IReadOnlyList<string> words)
    {
        int separator = words.ToList().IndexOf(Separator);
        if (separator < 0)
        {
            return [];
        }

        return separator < words.Count - 1
            ? [.. words.Skip(separator + 1)]
            : throw CtlException.BadArguments(BadNumber + " (found separator --, but no commands)");
    }
}
