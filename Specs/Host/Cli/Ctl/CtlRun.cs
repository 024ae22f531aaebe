using System.IO.Pipelines;
using System.Text;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>Runs our etcdctl within this process, as if it were one of its own.</summary>
internal static class CtlRun
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(180);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<EtcdctlResult> RunAsync(
        IReadOnlyList<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        using var limit = new CancellationTokenSource(Timeout);
        var console = Console(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, errors, environment, limit.Token);
        int exitCode = await Finished(CtlTool.RunAsync(Patiently(arguments, environment), console), arguments, Timeout);
        return new EtcdctlResult(exitCode, Encoding.Latin1.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
    }

    /// <summary>Runs a command that takes its time, before somebody who watches.</summary>
    public static async Task<EtcdctlResult> WatchedAsync(TimeSpan within, TimeSpan checkDuration, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var console = new CtlConsole
        {
            In = Stream.Null,
            Out = new CtlWriter(output),
            Error = new CtlWriter(errors),
            Environment = new Dictionary<string, string>(),
            ErrorIsTerminal = static () => true,
            CheckDuration = checkDuration,
        };
        int exitCode = await Finished(CtlTool.RunAsync(Patiently(arguments, environment: null), console), arguments, within);
        return new EtcdctlResult(exitCode, Encoding.Latin1.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
    }

    /// <summary>Runs a command that goes on for ever until it has written so many lines, and gives them.</summary>
    public static async Task<string> LinesAsync(
        IReadOnlyList<string> arguments, string input, int count, TimeSpan timeout, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var interruption = new CancellationTokenSource();
        var output = new Pipe();
        var inputPipe = new Pipe();
        await inputPipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(input));
        using var errors = new MemoryStream();
        var console = Console(inputPipe.Reader.AsStream(), output.Writer.AsStream(), errors, environment, interruption.Token);
        Task<int> run = CtlTool.RunAsync(Patiently(arguments, environment), console);
        using var reader = new StreamReader(output.Reader.AsStream(), Encoding.Latin1);
        using var limit = new CancellationTokenSource(timeout);
        var lines = new StringBuilder();
        try
        {
            for (int i = 0; i < count; i++)
            {
                lines.Append(await reader.ReadLineAsync(limit.Token) ?? "(end of output)").Append('\n');
            }
        }
        catch (OperationCanceledException)
        {
            lines.Append("(nothing more)");
        }

        await interruption.CancelAsync();
        await inputPipe.Writer.CompleteAsync();
        await Finished(run, arguments, Timeout);
        return lines.ToString();
    }

    /// <summary>What speaks to a server, which the endpoints in front show, waits for it as the real etcdctl does in these specs.</summary>
    private static IReadOnlyList<string> Patiently(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
        => arguments.Count > 0 && arguments[0].StartsWith("--endpoints", StringComparison.Ordinal)
            ? [.. Etcdctl.PatienceOf(environment?.GetValueOrDefault("ETCDCTL_API") ?? "3"), .. arguments]
            : arguments;

    private static async Task<int> Finished(Task<int> run, IReadOnlyList<string> arguments, TimeSpan within)
    {
        try
        {
            return await run.WaitAsync(within);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited {within} for the end of: {string.Join(' ', arguments)}");
        }
    }

    private static CtlConsole Console(
        Stream input, Stream output, Stream errors, IReadOnlyDictionary<string, string>? environment, CancellationToken interrupted) => new()
        {
            In = input,
            Out = new CtlWriter(output),
            Error = new CtlWriter(errors),
            Environment = environment ?? new Dictionary<string, string>(),
            Interruption = () => interrupted,
        };
}
