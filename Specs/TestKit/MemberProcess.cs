using System.Diagnostics;
using System.Runtime.InteropServices;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.TestKit;

/// <summary>A server process of a spec: started, signalled and ended by its own id only.</summary>
public abstract class MemberProcess : IAsyncDisposable
{
    private const int LogLinesMax = 20_000;
    private const int LogLinesTold = 400;
    private const string UserEmpty = "etcdserver: user name is empty";
    private const int SignalTerminate = 15;
    private const int SignalContinue = 18;
    private const int SignalStop = 19;

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ExitWithin = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(30);

    private readonly Queue<string> _log = new();
    private readonly List<Process> _ended = [];
    private Process? _process;

    protected MemberProcess(MemberSettings settings)
    {
        Settings = settings;
    }

    public MemberSettings Settings { get; }

    public string Endpoint => $"127.0.0.1:{Settings.ClientPort}";

    public bool IsRunning => _process is { HasExited: false };

    public int ProcessId => Running().Id;

    /// <summary>What the process wrote in all its lives.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>The last lines that the process wrote.</summary>
    public string LastWords
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log.TakeLast(LogLinesTold));
            }
        }
    }

    public static MemberProcess Of(ServerKind kind, MemberSettings settings)
    {
        return kind == ServerKind.Etcd ? new EtcdProcess(settings) : new ActorEtcdProcess(settings);
    }

    /// <summary>Starts without waiting. The data directory is kept from an earlier start.</summary>
    public void Start()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Settings.Name} is running already");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Settings.DataDir)!);
        ProcessStartInfo start = Command();
        foreach (string argument in CommonArguments().Concat(Settings.ExtraArguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in Settings.Environment)
        {
            start.Environment[name] = value;
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = Path.GetDirectoryName(Settings.DataDir)!;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        Keep($"--- start of {start.FileName} {string.Join(' ', start.ArgumentList)}");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Others may ask meanwhile whether it runs, which only a process that was started and is not disposed can tell.
        if (Interlocked.Exchange(ref _process, process) is { } before)
        {
            _ended.Add(before);
        }
    }

    public async Task StartAndWaitAsync()
    {
        Start();
        await WaitUntilReadyAsync();
    }

    /// <summary>
    /// Ready means: it has answered a linearizable range, so it has a leader and has applied; be it with a refusal, where
    /// users matter.
    /// </summary>
    public async Task WaitUntilReadyAsync(TimeSpan? within = null)
    {
        await Poll.UntilAsync($"{Settings.Name} to answer a linearizable read", within ?? ReadyWithin, async () =>
        {
            if (!IsRunning)
            {
                throw new ServerExitedException($"{Settings.Name} exited with {_process?.ExitCode}\n{LastWords}");
            }

            await using GrpcChannel channel = await ConnectAsync();
            try
            {
                await channel.UnaryAsync(
                    EtcdMethods.Range,
                    new RangeRequest { Key = ByteString.CopyFromUtf8("\0") },
                    deadline: ReadWithin);
            }
            catch (GrpcCallException refusal) when (refusal.Detail == UserEmpty)
            {
                return true;
            }

            return true;
        });
    }

    public Task<GrpcChannel> ConnectAsync(CancellationToken cancellationToken = default) => ConnectAsync(ConnectWithin, cancellationToken);

    /// <summary>For whoever would rather ask another member than wait.</summary>
    public Task<GrpcChannel> ConnectAsync(TimeSpan within, CancellationToken cancellationToken = default)
    {
        GrpcChannelOptions options = GrpcChannelOptions.Default with { ConnectTimeout = within, Tls = Settings.ClientTls };
        return GrpcChannel.ConnectAsync("127.0.0.1", Settings.ClientPort, options, cancellationToken);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Process process = Running();
        process.Kill();
        await WaitForExitAsync(process);
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Process process = Running();
        Signal(SignalTerminate);
        await WaitForExitAsync(process);
        return process.ExitCode;
    }

    /// <summary>The exit code of a process that ends by itself, such as one with bad flags.</summary>
    public async Task<int> WaitForExitAsync()
    {
        Process process = _process ?? throw new InvalidOperationException($"{Settings.Name} was never started");
        await WaitForExitAsync(process);
        return process.ExitCode;
    }

    /// <summary>SIGSTOP: the process keeps its sockets and does nothing.</summary>
    public void Pause()
    {
        Signal(SignalStop);
    }

    public void Resume()
    {
        Signal(SignalContinue);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
        _ended.ForEach(process => process.Dispose());
        GC.SuppressFinalize(this);
    }

    protected abstract ProcessStartInfo Command();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);

    private IEnumerable<string> CommonArguments()
    {
        return
        [
            "--name", Settings.Name,
            "--data-dir", Settings.DataDir,
            "--listen-client-urls", Settings.ListenClientUrl,
            "--advertise-client-urls", Settings.ClientUrl,
            "--listen-peer-urls", Settings.ListenPeerUrl,
            "--initial-advertise-peer-urls", Settings.PeerUrl,
            .. Settings.InitialCluster.Length == 0
                ? Array.Empty<string>()
                : ["--initial-cluster", Settings.InitialCluster, "--initial-cluster-token", Settings.Token, "--initial-cluster-state", "new"],
        ];
    }

    private async Task WaitForExitAsync(Process process)
    {
        using var timeout = new CancellationTokenSource(ExitWithin);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited {ExitWithin.TotalSeconds} s for {Settings.Name} to exit\n{LastWords}");
        }

        Keep($"--- exited with {process.ExitCode}");
    }

    private void Signal(int signal)
    {
        int id = Running().Id;
        if (SendSignal(id, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} to {id}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    private Process Running()
    {
        return IsRunning ? _process! : throw new ServerExitedException($"{Settings.Name} is not running\n{LastWords}");
    }

    private void Keep(string? line)
    {
        if (line == null)
        {
            return;
        }

        lock (_log)
        {
            _log.Enqueue(line);
            while (_log.Count > LogLinesMax)
            {
                _log.Dequeue();
            }
        }
    }
}
