using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>
/// One run of the executable with any command line. Its two outputs are kept apart and whole, for specs about what it
/// says and how it ends.
/// </summary>
internal sealed class ServerRun : IAsyncDisposable
{
    public const int SignalInterrupt = 2;
    public const int SignalTerminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Channel<string> _errorLines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ServerRun(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new InvalidOperationException("the server did not start");
        _reading = Task.WhenAll(
            ReadAsync(_process.StandardOutput, _output, null),
            ReadAsync(_process.StandardError, _errors, _errorLines.Writer));
    }

    /// <summary>Every line of standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Every line of standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    public int Id => _process.Id;

    public static ServerRun Start(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null)
        => Start(ActorEtcdProcess.Executable(), arguments, environment, workingDirectory);

    /// <summary>Runs a program that starts the server.</summary>
    public static ServerRun Start(
        ProcessStartInfo start,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = workingDirectory ?? Path.GetTempPath();
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("ETCD", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new ServerRun(start);
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<ServerRun> ToEndAsync(params string[] arguments)
    {
        ServerRun run = Start(arguments);
        await run.ExitCodeAsync();
        return run;
    }

    /// <summary>Starts and waits until clients are served.</summary>
    public static Task<ServerRun> ServingAsync(IEnumerable<string> arguments)
        => ServingAsync(ActorEtcdProcess.Executable(), arguments, workingDirectory: null);

    /// <summary>The same of a program that starts the server.</summary>
    public static async Task<ServerRun> ServingAsync(ProcessStartInfo start, IEnumerable<string> arguments, string? workingDirectory)
    {
        ServerRun run = Start(start, arguments, workingDirectory: workingDirectory);
        try
        {
            await run.ServesAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public Task ServesAsync() => SaysAsync("ready to serve client requests");

    /// <summary>The first line of standard error, of those not asked for yet, that holds the text.</summary>
    public async Task<string> SaysAsync(string text)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await foreach (string line in _errorLines.Reader.ReadAllAsync(timeout.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited {Patience} for \"{text}\"; it said:\n{Story()}");
        }

        throw new ServerExitedException($"it ended without saying \"{text}\":\n{Story()}");
    }

    /// <summary>Waits for the end; all output is there afterwards.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited {Patience} for the server to end; it said:\n{Story()}");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public Task<int> EndAsync(int signal = SignalTerminate)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal}: error {Marshal.GetLastPInvokeError()}");
        }

        return ExitCodeAsync();
    }

    /// <summary>kill -9.</summary>
    public Task<int> KillAsync()
    {
        _process.Kill();
        return ExitCodeAsync();
    }

    /// <summary>All it has said, for messages.</summary>
    public string Story() => string.Join('\n', Output.Concat(Errors));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);

    private static async Task ReadAsync(StreamReader reader, List<string> lines, ChannelWriter<string>? also)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            also?.TryWrite(line);
        }

        also?.TryComplete();
    }

    private static IReadOnlyList<string> Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }
}
