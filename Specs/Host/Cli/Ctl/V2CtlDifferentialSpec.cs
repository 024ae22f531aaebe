using System.Globalization;
using System.Text;
using ActorEtcd.Specs.Conformance;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>
/// The real etcdctl with ETCDCTL_API=2 and ours, each against a real etcd with --enable-v2: call by call they write the same.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class V2CtlDifferentialSpec(ITestOutputHelper output)
{
    private const string Api = "2";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    private static readonly Dictionary<string, string> Environment = new()
    {
        ["ETCDCTL_API"] = Api,
        ["ETCDCTL_COMPAT_VERSION"] = "3.4.23",
    };

    [Fact]
    public async Task Every_call_writes_what_etcdctl_writes()
    {
        await using SingleServer real = await SingleServer.StartAsync(ServerKind.Etcd, "--enable-v2");
        await using SingleServer ours = await SingleServer.StartAsync(ServerKind.Etcd, "--enable-v2");
        var differences = new StringBuilder();
        int calls = 0;
        foreach (EtcdctlCase call in EtcdctlCase.Parse(V2CtlScript.Text + "\n" + V2EtcdctlScript.Text).SelectMany(V2EtcdctlDifferentialSpec.InFormats))
        {
            calls++;
            EtcdctlResult[] results = await Task.WhenAll(
                Etcdctl.RunAsync("http://" + real.Process.Endpoint, call.Arguments, call.Input, Timeout, Api),
                CtlRun.RunAsync(["--endpoints", "http://" + ours.Process.Endpoint, .. call.Arguments], call.Input, Environment));
            string expected = Told(call, results[0]);
            string actual = Told(call, results[1]);
            if (expected != actual)
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"--- etcdctl {call}\nexpected {expected}\nactual   {actual}");
            }
        }

        output.WriteLine($"{calls} calls");
        Assert.True(differences.Length == 0, differences.ToString());
    }

    [Fact]
    public async Task Watch_that_goes_on_prints_each_change()
    {
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.Etcd, "--enable-v2");
        string endpoint = "http://" + server.Process.Endpoint;
        await CtlRun.RunAsync(["--endpoints", endpoint, "set", "d/a", "1"], "", Environment);
        await CtlRun.RunAsync(["--endpoints", endpoint, "set", "d/a", "2"], "", Environment);
        string lines = await CtlRun.LinesAsync(
            ["--endpoints", endpoint, "watch", "--forever", "--recursive", "--after-index", "1", "/d"], "", 4, Timeout, Environment);
        Assert.Equal("[set] /d/a\n1\n[set] /d/a\n2\n", lines);
        lines = await CtlRun.LinesAsync(
            ["--endpoints", endpoint, "exec-watch", "--after-index", "1", "--recursive", "/d", "--", "sh", "-c", "echo $ETCD_WATCH_ACTION $ETCD_WATCH_KEY $ETCD_WATCH_VALUE"],
            "", 2, Timeout, Environment);
        Assert.Equal("set /d/a 1\nset /d/a 2\n", lines);
    }

    private static string Told(EtcdctlCase call, EtcdctlResult result)
    {
        string said = V2EtcdctlDifferentialSpec.Normalised(result.Output);
        if (call.Arguments[0] == "ls" && !call.Arguments.Contains("--sort"))
        {
            // Go walks a directory in any order.
            said = string.Join('\n', said.Split('\n').Order(StringComparer.Ordinal));
        }

        // The help behind it is in words of its own.
        int help = said.IndexOf("NAME:\n", StringComparison.Ordinal);
        return $"exit {result.ExitCode}\n{(help < 0 ? said : said[..help] + "(help)")}\n{Errors(result)}";
    }

    // Without a terminal, etcdctl's attempt to hide a password is told by the program that it runs for that.
    private static string Errors(EtcdctlResult result) => V2EtcdctlDifferentialSpec.Normalised(
        string.Join('\n', result.Errors.Split('\n').Where(static line => !line.StartsWith("stty:", StringComparison.Ordinal))));
}
