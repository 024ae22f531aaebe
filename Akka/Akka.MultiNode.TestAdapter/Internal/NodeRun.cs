using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.MultiNode.TestAdapter.Configuration;

namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>
/// One run of a test: starts a process for each node, waits for their ends, and leaves none behind. When a node fails the
/// others get a moment to notice it themselves, so that their logs tell what they saw.
/// </summary>
internal sealed class NodeRun : IDisposable
{
    /// <summary>Names the seed of a run that shall be repeated.</summary>
    public const string SeedVariable = "MULTINODE_SEED";

    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GraceAfterFailure = TimeSpan.FromSeconds(10);

    private readonly MultiNodeTestCase _testCase;
    private readonly MultiNodeTestRunnerOptions _options;
    private readonly string _temporary = Directory.CreateTempSubdirectory("multinode-").FullName;
    private readonly List<NodeProcess> _processes = [];
    private readonly int _seed = ChooseSeed();

    public NodeRun(MultiNodeTestCase testCase)
    {
        _testCase = testCase;
        _options = OptionsReader.Load(testCase.AssemblyPath);
    }

    /// <summary>What a reader of the results wants to see of the nodes' logs.</summary>
    public string Output =>
        string.Join(Environment.NewLine, [$"seed {_seed}", .. _processes.Select(process => process.Describe())]);

    /// <exception cref="NodesFailedException">A node failed, or the time is up.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var limit = _testCase.Timeout > 0 ? TimeSpan.FromMilliseconds(_testCase.Timeout) : TimeoutDefault;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        Start();
        try
        {
            await WaitForAllAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Those that still run are said to have done so.
        }

        var failed = _processes.FindAll(process => !process.HasPassed);
        if (failed.Count > 0)
        {
            var logs = KeepLogs();
            throw new NodesFailedException(failed, limit, _seed, logs);
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        try
        {
            Directory.Delete(_temporary, recursive: true);
        }
        catch (IOException)
        {
            // A file that is still in use is left to the system's own cleaning.
        }
    }

    private static int ChooseSeed() =>
        int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed) && seed > 0
            ? seed
            : Random.Shared.Next(1, 1_000_000);

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint).Port;
    }

    private void Start()
    {
        var port = _options.ListenPort > 0 ? _options.ListenPort : FreePort(_options.ListenIpAddress);
        foreach (var node in _testCase.Nodes)
        {
            var temporary = Directory.CreateDirectory(Path.Combine(_temporary, node.Role)).FullName;
            _processes.Add(NodeProcess.Start(node, ArgumentsOf(node, port), temporary));
        }
    }

    private List<string> ArgumentsOf(NodeTest node, int serverPort)
    {
        (string Key, object Value)[] properties =
        [
            ("test-assembly", _testCase.AssemblyPath),
            ("test-class", _testCase.TypeName),
            ("test-method", _testCase.MethodName),
            ("max-nodes", _testCase.Nodes.Count),
            ("index", node.Node - 1),
            ("role", node.Role),
            ("host", _options.ListenAddress),
            ("port", 0),
            ("server-host", _options.ListenAddress),
            ("server-port", serverPort),
            ("seed", _seed),
        ];
        return [.. properties.Select(p => string.Create(CultureInfo.InvariantCulture, $"-Dmultinode.{p.Key}={p.Value}"))];
    }

    private async Task WaitForAllAsync(CancellationTokenSource deadline)
    {
        var running = _processes.Select(process => process.WaitAsync(deadline.Token)).ToList();
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(ended);
            await ended.ConfigureAwait(false);
            if (_processes.Exists(static process => process.HasFailed))
            {
                deadline.CancelAfter(GraceAfterFailure);
            }
        }
    }

    private string KeepLogs()
    {
        var directory = Path.Combine(
            Path.GetDirectoryName(_testCase.AssemblyPath),
            _options.OutputDirectory,
            _options.FailedSpecsDirectory,
            $"{_testCase.TypeName}.{_testCase.MethodName}");
        Directory.CreateDirectory(directory);
        foreach (var process in _processes)
        {
            File.WriteAllText(Path.Combine(directory, $"{process.Node.Node}-{process.Node.Role}.log"), process.Log);
        }

        return directory;
    }
}
