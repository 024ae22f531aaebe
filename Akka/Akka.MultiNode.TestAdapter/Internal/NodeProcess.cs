using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>The process of one node and what it says.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int LinesShown = 60;

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private int? _exitCode;

    private NodeProcess(NodeTest node, Process process)
    {
        Node = node;
        _process = process;
    }

    public NodeTest Node { get; }

    public bool HasPassed => _exitCode == 0;

    public bool HasFailed => _exitCode is not (null or 0);

    public string Log
    {
        get
        {
            lock (_lines)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    public static NodeProcess Start(NodeTest node, IEnumerable<string> arguments, string temporary)
    {
        var assembly = node.TestCase.AssemblyPath;
        var start = new ProcessStartInfo(DotnetHost())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add("--runtimeconfig");
        start.ArgumentList.Add(Path.ChangeExtension(assembly, ".runtimeconfig.json"));
        start.ArgumentList.Add("--depsfile");
        start.ArgumentList.Add(Path.ChangeExtension(assembly, ".deps.json"));
        start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What a node leaves behind goes with its run.
        start.Environment["TMPDIR"] = temporary;
        var process = new Process { StartInfo = start };
        var started = new NodeProcess(node, process);
        process.OutputDataReceived += (_, line) => started.Take(line.Data);
        process.ErrorDataReceived += (_, line) => started.Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    public async Task WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        _exitCode = _process.ExitCode;
    }

    /// <summary>How it ended, and the end of its log.</summary>
    public string Describe()
    {
        var end = _exitCode is { } code ? $"ended with {code}" : "did not end";
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"----- node {Node.Node} ({Node.Role}) {end}");
        lock (_lines)
        {
            if (_lines.Count > LinesShown)
            {
                text.AppendLine().Append(CultureInfo.InvariantCulture, $"({_lines.Count - LinesShown} lines before)");
            }

            foreach (var line in _lines.TakeLast(LinesShown))
            {
                text.AppendLine().Append(line);
            }
        }

        return text.ToString();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string DotnetHost()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } given)
        {
            return given;
        }

        var own = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
    }

    private void Take(string line)
    {
        if (line is null)
        {
            return;
        }

        var at = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        lock (_lines)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at,7:F3} {line}"));
        }
    }
}
