using System.Diagnostics;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>
/// What a command sees of the process around it, so that specs run commands without one: three streams, the
/// environment and whether somebody watches.
/// </summary>
internal sealed class CtlConsole
{
    /// <summary>For programs that use a client without a person before them.</summary>
    public static CtlConsole Silent => new()
    {
        In = Stream.Null,
        Out = new CtlWriter(Stream.Null),
        Error = new CtlWriter(Stream.Null),
        Environment = new Dictionary<string, string>(),
    };

    private StreamReader? _reader;
    private CancellationToken? _interrupted;

    public required Stream In { get; init; }

    public required CtlWriter Out { get; init; }

    public required CtlWriter Error { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What the program was called as, for help and completion.</summary>
    public string ProgramName { get; init; } = "etcdctl";

    /// <summary>Tells whether progress and prompts reach a person.</summary>
    public Func<bool> ErrorIsTerminal { get; init; } = static () => false;

    /// <summary>True: a command that is executed inherits the streams; false: what it writes is copied to them.</summary>
    public bool IsProcess { get; init; }

    /// <summary>How long <c>check perf</c> goes on.</summary>
    public TimeSpan CheckDuration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Makes what is cancelled by SIGINT and SIGTERM, for the commands that end orderly then.</summary>
    public Func<CancellationToken> Interruption { get; init; } = static () => CancellationToken.None;

    public CancellationToken Interrupted => _interrupted ??= Interruption();

    /// <summary>Reads a line that is not shown. Null: there is no terminal, so it stands in the input.</summary>
    public Func<string>? ReadHidden { get; init; }

    /// <summary>Standard input by lines. Not to be mixed with <see cref="In"/>.</summary>
    public StreamReader Lines => _reader ??= new StreamReader(In);

    /// <summary>Asks for a password.</summary>
    /// <exception cref="EndOfStreamException">There is nothing to read.</exception>
    public string AskPassword(string prompt)
    {
        Out.Write(prompt);
        Out.Flush();
        string password = ReadHidden?.Invoke() ?? Lines.ReadLine() ?? throw new EndOfStreamException("EOF");
        Out.Write("\n");
        return password;
    }

    public string? Variable(string name) => Environment.GetValueOrDefault(name);

    /// <summary>Runs a program with further environment variables; its output goes where ours goes.</summary>
    public async Task<int> ExecuteAsync(IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>> environment)
    {
        Out.Flush();
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = !IsProcess,
            RedirectStandardError = !IsProcess,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment.TryAdd(name, value);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        if (!IsProcess)
        {
            // Who has no terminal has no process group either that an interruption would reach.
            await using var kill = Interrupted.Register(() => process.Kill(entireProcessTree: true));
            await Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, Out), CopyAsync(process.StandardError.BaseStream, Error));
        }

        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task CopyAsync(Stream from, CtlWriter to)
    {
        var buffer = new byte[4096];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            to.Write(buffer.AsSpan(0, count));
            to.Flush();
        }
    }
}
