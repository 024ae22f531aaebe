using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// The real etcdctl with ETCDCTL_API=2 against a real etcd with --enable-v2 and against the server under test: command by
/// command it prints the same.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class V2EtcdctlDifferentialSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Api = "2";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);
    private static readonly string[] Formats = ["simple", "extended", "json"];

    private readonly StringBuilder _differences = new();
    private V2Side _etcd = null!;
    private V2Side _other = null!;

    public async Task InitializeAsync()
    {
        V2Side[] sides = await Task.WhenAll(V2Side.StartAsync(ServerKind.Etcd), V2Side.StartAsync(SpecEnvironment.ServerUnderTest));
        (_etcd, _other) = (sides[0], sides[1]);
    }

    public async Task DisposeAsync()
    {
        await _etcd.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Every_command_prints_the_same_in_every_format()
    {
        int calls = 0;
        foreach (EtcdctlCase call in EtcdctlCase.Parse(V2EtcdctlScript.Text).SelectMany(InFormats))
        {
            calls++;
            string[] said = await Task.WhenAll(RunAsync(_etcd, call), RunAsync(_other, call));
            Note(call.ToString(), said[0], said[1]);
        }

        output.WriteLine($"{calls} calls");
        Assert.True(_differences.Length == 0, $"{_differences}\n{_other.Log}");
    }

    [Fact]
    public async Task Watches_that_go_on_print_the_same()
    {
        await FollowAsync(4, "watch", "--forever", "--recursive", "/d");
        await FollowAsync(2, "-o", "json", "watch", "-f", "d/a");
        await FollowAsync(2, "exec-watch", "--recursive", "/d", "--", "sh", "-c", "echo $ETCD_WATCH_ACTION $ETCD_WATCH_KEY $ETCD_WATCH_VALUE");
        Assert.True(_differences.Length == 0, $"{_differences}\n{_other.Log}");
    }

    internal static IEnumerable<EtcdctlCase> InFormats(EtcdctlCase call) => call.Arguments[0] == "+"
        ? Formats.Select(format => call with { Arguments = ["-o", format, .. call.Arguments[1..]] })
        : [call];

    private async Task FollowAsync(int lines, params string[] arguments)
    {
        string[] said = await Task.WhenAll(FollowAsync(_etcd, lines, arguments), FollowAsync(_other, lines, arguments));
        Note(string.Join(' ', arguments), said[0], said[1]);
    }

    private static async Task<string> FollowAsync(V2Side side, int lines, string[] arguments)
    {
        using Process watch = Etcdctl.Start("http://" + side.Endpoint, arguments, Api);
        using var cancel = new CancellationTokenSource(Timeout);
        var said = new StringBuilder();
        try
        {
            await side.WatchersAsync(1);
            await side.SendAsync(new V2Call("PUT", "/v2/keys/d/a", "value=1"));
            for (int i = 0; i < lines; i++)
            {
                said.AppendLine(await watch.StandardOutput.ReadLineAsync(cancel.Token));
                if (i == 0)
                {
                    // It asks again from the index behind the first event.
                    await side.SendAsync(new V2Call("PUT", "/v2/keys/d/a", "value=2"));
                }
            }
        }
        catch (OperationCanceledException)
        {
            said.AppendLine("(nothing more)");
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
        }

        await side.WatchersAsync(0);
        return said.ToString();
    }

    private static async Task<string> RunAsync(V2Side side, EtcdctlCase call)
    {
        try
        {
            EtcdctlResult result = await Etcdctl.RunAsync("http://" + side.Endpoint, call.Arguments, call.Input, Timeout, Api);
            string said = Normalised(result.Output);
            if (call.Arguments[0] == "ls" && !call.Arguments.Contains("--sort"))
            {
                // Go walks a directory in any order.
                said = string.Join('\n', said.Split('\n').Order(StringComparer.Ordinal));
            }

            return $"exit {result.ExitCode}\n{said}\n{Normalised(result.Errors)}";
        }
        catch (TimeoutException)
        {
            return "(nothing more)";
        }
    }

    private void Note(string what, string expected, string actual)
    {
        if (expected != actual || expected.Contains("(nothing more)", StringComparison.Ordinal))
        {
            _differences.AppendLine(CultureInfo.InvariantCulture, $"--- etcdctl {what}\nexpected {expected}\nactual   {actual}");
        }
    }

    internal static string Normalised(string text)
    {
        string clean = Hosts().Replace(text, "HOST");
        clean = Ids().Replace(clean, "ID");
        clean = Expirations().Replace(clean, "\"expiration\":\"T\"");
        return Ttls().Replace(clean, "ttl N");
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d\d+")]
    private static partial Regex Hosts();

    [GeneratedRegex(@"\b[0-9a-f]{12,16}\b")]
    private static partial Regex Ids();

    [GeneratedRegex("\"expiration\":\"[^\"]*\"")]
    private static partial Regex Expirations();

    [GeneratedRegex("\"ttl\":\\d+|TTL: \\d+")]
    private static partial Regex Ttls();
}
