using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>One call of a command: its flags and arguments, and what it works with.</summary>
internal sealed class CtlContext
{
    private CtlPrinter? _printer;

    public required CtlConsole Console { get; init; }

    public required CtlFlagValues Flags { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The command line as it was given, with what the flag parser takes away.</summary>
    public required IReadOnlyList<string> RawArguments { get; init; }

    public required CtlVersion Version { get; init; }

    public CtlWriter Out => Console.Out;

    /// <summary>How long a short command may wait for its answer.</summary>
    public TimeSpan CommandTimeout => Flags.Duration("command-timeout");

    /// <exception cref="CtlException">There is no such output format.</exception>
    public CtlPrinter Printer => _printer ??= CtlPrinter.Of(Flags.Text("write-out"), this);

    public bool IsHex => Flags.Switch("hex");

    /// <summary>A client of the cluster that the flags name. A format that there is not is refused before.</summary>
    public Task<CtlClient> ConnectAsync(bool isBlocking = true)
    {
        var options = ClientFlags.OptionsOf(this) with { IsBlocking = isBlocking };
        _ = Printer;
        return CtlClient.OpenAsync(options, Console);
    }

    public static long Integer(string text, int numberBase, Func<string, string> refusal, int exitCode = CtlExit.BadArguments)
        => GoText.TryParseInteger(text, numberBase, out long number, out string? reason)
            ? number
            : throw new CtlException(exitCode, refusal(reason!));

    public void Error(string line) => Console.Error.WriteLine(line);
}
