using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Conformance;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>A server and one of the two etcdctls that talks to it.</summary>
internal sealed partial class CtlSide : IAsyncDisposable
{
    private const string NothingMore = "(nothing more)";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LineTimeout = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string> Compatible = new() { ["ETCDCTL_COMPAT_VERSION"] = "3.4.23" };

    private readonly SingleServer _server;
    private readonly bool _isOurs;
    private readonly List<string> _leases = [];
    private string _member = "";

    private CtlSide(SingleServer server, bool isOurs)
    {
        _server = server;
        _isOurs = isOurs;
    }

    public static async Task<CtlSide> StartAsync(bool isOurs)
    {
        var side = new CtlSide(await SingleServer.StartAsync(ServerKind.Etcd), isOurs);
        var status = await side._server.Channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        side._member = status.Header.MemberId.ToString("x", CultureInfo.InvariantCulture);
        return side;
    }

    /// <summary>What the call wrote, with ids, times and addresses replaced by their names.</summary>
    public async Task<string> RunAsync(EtcdctlCase call)
    {
        string[] arguments = [.. call.Arguments.Select(Filled)];
        string input = Filled(call.Input);
        if (call.Lines > 0)
        {
            string lines = _isOurs
                ? await CtlRun.LinesAsync(["--endpoints=" + _server.Process.Endpoint, .. arguments], input, call.Lines, LineTimeout, Compatible)
                : await RealLinesAsync(call, arguments, input);
            return EtcdctlOutput.Normalised(call, exitCode: 0, lines, errors: "");
        }

        EtcdctlResult result;
        try
        {
            result = _isOurs
                ? await CtlRun.RunAsync(["--endpoints=" + _server.Process.Endpoint, .. arguments], input, Compatible)
                : await Etcdctl.RunAsync(_server.Process.Endpoint, arguments, input, Timeout);
        }
        catch (TimeoutException)
        {
            return NothingMore;
        }

        if (Granted().Match(result.Output) is { Success: true } granted)
        {
            _leases.Add(granted.Groups["id"].Value);
        }

        return EtcdctlOutput.Normalised(call, result.ExitCode, WithoutHelp(result.Output), FirstLine(result.Errors));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [GeneratedRegex("lease (?<id>[0-9a-f]+) granted with TTL\\(700s\\)")]
    private static partial Regex Granted();

    private static string WithoutHelp(string output)
        => output.StartsWith("NAME:\n", StringComparison.Ordinal) && output.Contains("\nUSAGE:\n", StringComparison.Ordinal) ? "(help)" : output;

    // The rest of standard error is etcdctl's help, which is in words of its own.
    private static string FirstLine(string errors) => errors.Split('\n')
        .FirstOrDefault(static line => line.Length > 0 && !line.StartsWith("{\"level\"", StringComparison.Ordinal)) ?? "";

    private string Filled(string text) => text
        .Replace("$member", _member, StringComparison.Ordinal)
        .Replace("$1", _leases.FirstOrDefault() ?? "", StringComparison.Ordinal);

    private async Task<string> RealLinesAsync(EtcdctlCase call, string[] arguments, string input)
    {
        using Process process = Etcdctl.Start(_server.Process.Endpoint, arguments);
        using var cancel = new CancellationTokenSource(LineTimeout);
        var lines = new StringBuilder();
        try
        {
            await process.StandardInput.WriteAsync(input);
            await process.StandardInput.FlushAsync();
            for (int i = 0; i < call.Lines; i++)
            {
                lines.Append(await process.StandardOutput.ReadLineAsync(cancel.Token) ?? "(end of output)").Append('\n');
            }
        }
        catch (OperationCanceledException)
        {
            lines.Append(NothingMore);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        return lines.ToString();
    }
}
