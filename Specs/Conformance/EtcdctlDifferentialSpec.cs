using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Conformance;

/// <summary>The real etcdctl against a real etcd and against the server under test: command by command it prints the same.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class EtcdctlDifferentialSpec(ITestOutputHelper output)
{
    private const string NothingMore = "(nothing more)";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LineTimeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_command_prints_the_same_in_every_format()
    {
        await using Side etcd = await Side.StartAsync(ServerKind.Etcd);
        await using Side other = await Side.StartAsync(SpecEnvironment.ServerUnderTest);
        var differences = new StringBuilder();
        int calls = 0;
        foreach (EtcdctlCase call in EtcdctlCase.Parse(EtcdctlScript.Text))
        {
            calls++;
            string[] said = await Task.WhenAll(etcd.RunAsync(call), other.RunAsync(call));
            if (said[0] != said[1])
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"--- etcdctl {call}\nexpected {said[0]}\nactual   {said[1]}");
            }
            else if (said[0].Contains(NothingMore, StringComparison.Ordinal))
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"--- etcdctl {call}\nboth did not end: {said[0]}");
            }
        }

        output.WriteLine($"{calls} calls");
        Assert.True(differences.Length == 0, $"{differences}\n{other.Log}");
    }

    [Fact]
    public async Task Mirror_copies_what_is_below_a_prefix_and_what_comes_later()
    {
        string[] copies = await Task.WhenAll(MirroredAsync(ServerKind.Etcd), MirroredAsync(SpecEnvironment.ServerUnderTest));
        Assert.Equal(copies[0], copies[1]);
    }

    [Fact]
    public async Task Data_scale_check_passes_and_cleans_up_behind_itself()
    {
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        EtcdctlResult check = await Etcdctl.RunAsync(
            server.Process.Endpoint, ["check", "datascale", "--load=s", "--auto-compact", "--auto-defrag"], input: "", TimeSpan.FromMinutes(5));
        Assert.True(check.ExitCode == 0, check.Output + check.Errors);
        Assert.Contains("PASS: Approximate system memory used", check.Output, StringComparison.Ordinal);
        Assert.Equal("", (await Etcdctl.RunAsync(server.Process.Endpoint, "get", "", "--prefix")).Succeeded());
    }

    private static async Task<string> MirroredAsync(ServerKind kind)
    {
        await using SingleServer server = await SingleServer.StartAsync(kind);
        string endpoint = server.Process.Endpoint;
        for (int i = 0; i < 5; i++)
        {
            (await Etcdctl.RunAsync(endpoint, "put", $"from/{i}", $"value {i}")).Succeeded();
        }

        using Process mirror = Etcdctl.Start(endpoint, ["make-mirror", "--prefix=from/", "--dest-prefix=to/", endpoint]);
        try
        {
            await CopiedAsync("to/4");
            (await Etcdctl.RunAsync(endpoint, "put", "from/later", "x")).Succeeded();
            await CopiedAsync("to/later");
            (await Etcdctl.RunAsync(endpoint, "del", "from/0")).Succeeded();
            await Poll.UntilAsync("the copy of a deleted key to go", Timeout, async () =>
                (await Etcdctl.RunAsync(endpoint, "get", "to/0")).Succeeded() == "");
        }
        finally
        {
            mirror.Kill();
        }

        return (await Etcdctl.RunAsync(endpoint, "get", "to/", "--prefix")).Succeeded();

        Task CopiedAsync(string key) => Poll.UntilAsync($"{key} to be copied", Timeout, async () =>
            (await Etcdctl.RunAsync(endpoint, "get", key)).Succeeded() != "");
    }

    /// <summary>One of the two servers, and the leases that it granted.</summary>
    private sealed partial class Side : IAsyncDisposable
    {
        private readonly SingleServer _server;
        private readonly List<string> _leases = [];
        private string _member = "";

        private Side(SingleServer server) => _server = server;

        public string Log => _server.Process.Log;

        public static async Task<Side> StartAsync(ServerKind kind)
        {
            // Both tell clients the same version.
            string[] arguments = kind == ServerKind.Etcd ? [] : ["--compat-version", "3.4.23"];
            var side = new Side(await SingleServer.StartAsync(kind, arguments));
            StatusResponse status = await side._server.Channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
            side._member = status.Header.MemberId.ToString("x", CultureInfo.InvariantCulture);
            return side;
        }

        public async Task<string> RunAsync(EtcdctlCase call)
        {
            string[] arguments = [.. call.Arguments.Select(Filled)];
            if (call.Lines > 0)
            {
                return EtcdctlOutput.Normalised(call, exitCode: 0, await LinesAsync(call, arguments), errors: "");
            }

            EtcdctlResult result;
            try
            {
                result = await Etcdctl.RunAsync(_server.Process.Endpoint, arguments, Filled(call.Input), Timeout);
            }
            catch (TimeoutException)
            {
                return NothingMore;
            }

            if (Granted().Match(result.Output) is { Success: true } granted)
            {
                _leases.Add(granted.Groups["id"].Value);
            }

            return EtcdctlOutput.Normalised(call, result.ExitCode, result.Output, result.Errors);
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        [GeneratedRegex("lease (?<id>[0-9a-f]+) granted with TTL\\(700s\\)")]
        private static partial Regex Granted();

        private string Filled(string text) => text
            .Replace("$member", _member, StringComparison.Ordinal)
            .Replace("$1", _leases.FirstOrDefault() ?? "", StringComparison.Ordinal);

        private async Task<string> LinesAsync(EtcdctlCase call, string[] arguments)
        {
            using Process process = Etcdctl.Start(_server.Process.Endpoint, arguments);
            using var cancel = new CancellationTokenSource(LineTimeout);
            var lines = new StringBuilder();
            try
            {
                await process.StandardInput.WriteAsync(Filled(call.Input));
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
}
