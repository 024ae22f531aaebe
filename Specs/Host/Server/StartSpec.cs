using System.Text.Json;
using System.Text.RegularExpressions;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>A server that starts: when it is ready, what it says on the way, and where it listens.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class StartSpec
{
    private static readonly string[] ReadyPhrases =
        ["published {Name:", "enabled capabilities for version", "ready to serve client requests"];

    [Theory]
    [InlineData("info")]
    [InlineData("debug")]
    public async Task Json_log_of_a_whole_life_has_etcds_fields_and_no_error(string level)
    {
        using var node = new Node();
        await using ServerRun run = await node.ServeAsync("--log-level", level);
        await node.PutAsync("k", "v");
        Assert.Equal(0, await run.EndAsync());

        Assert.Empty(run.Output);
        Assert.All(run.Errors, line =>
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            Assert.Matches(Timestamp(), root.GetProperty("ts").GetString());
            Assert.NotEmpty(root.GetProperty("caller").GetString()!);
            Assert.NotEmpty(root.GetProperty("msg").GetString()!);
            Assert.Contains(root.GetProperty("level").GetString(), (string[])["debug", "info", "warn"]);
        });
    }

    [Fact]
    public async Task Console_log_is_plain_lines_with_tabs()
    {
        using var node = new Node();
        await using ServerRun run = await node.ServeAsync("--log-format", "console");
        Assert.Equal(0, await run.EndAsync());

        Assert.All(run.Errors, line => Assert.Matches("^[^\t]+\t(info|warn)\t[^\t]+\t.+$", line));

        // Fields are JSON with blanks, lists too.
        string begun = run.Errors.First(static line => line.Contains("starting a new member", StringComparison.Ordinal));
        Assert.Contains($"\"listen-client-urls\": [\"{node.ClientUrl}\"]", begun, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_goes_to_standard_output_when_asked()
    {
        using var node = new Node();
        await using ServerRun run = ServerRun.Start(node.Arguments("--log-outputs", "stdout"));
        await Poll.UntilAsync(
            "the ready line on standard output",
            TimeSpan.FromSeconds(60),
            () => Task.FromResult(run.Output.Any(line => line.Contains(ReadyPhrases[^1], StringComparison.Ordinal))));
        Assert.Equal(0, await run.EndAsync());
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task Ready_lines_come_in_order_and_clients_are_served_then()
    {
        using var node = new Node();
        await using ServerRun run = await node.ServeAsync();
        await node.PutAsync("k", "v");
        Assert.Equal(["k=v"], await node.ContentAsync());

        int[] places = [.. ReadyPhrases.Select(phrase => IndexOf(run, phrase))];
        Assert.Equal(places.Order(), places);
        Assert.Contains(" ClientURLs:[" + node.ClientUrl + "]} to cluster ", run.Errors[places[0]], StringComparison.Ordinal);
        Assert.True(IndexOf(run, "-> Leader") < places[0]);
        Assert.True(Directory.Exists(node.MemberDir));
    }

    [Fact]
    public async Task Ready_lines_wait_for_a_leader()
    {
        using var node = new Node();
        string others = $"{node.PeerUrl},b=http://127.0.0.1:{FreePorts.Next()},c=http://127.0.0.1:{FreePorts.Next()}";
        await using ServerRun run = ServerRun.Start(node.Arguments("--initial-cluster", "default=" + others));
        await run.SaysAsync("not published yet");

        Assert.DoesNotContain(run.Errors, line => ReadyPhrases.Any(phrase => line.Contains(phrase, StringComparison.Ordinal)));
        (int status, string body) = await node.GetAsync("/health");
        Assert.Equal(503, status);
        Assert.Equal("{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n", body);
        Assert.Contains("\netcd_server_has_leader 0\n", (await node.GetAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.Equal(0, await run.EndAsync());
    }

    [Fact]
    public async Task Several_client_urls_serve_alike()
    {
        using var node = new Node();
        int second = FreePorts.Next();
        string both = $"{node.ClientUrl},http://localhost:{second}";
        await using ServerRun run = await node.ServeAsync("--listen-client-urls", both, "--advertise-client-urls", both);
        await node.PutAsync("k", "v");

        await using GrpcChannel channel = await GrpcChannel.ConnectAsync("127.0.0.1", second);
        await Node.PutAsync(channel, "l", "w");
        Assert.Equal(["k=v", "l=w"], await node.ContentAsync());
    }

    [Fact]
    public async Task Log_elsewhere_is_found_again_and_missed_when_forgotten()
    {
        using var node = new Node();
        string wal = Path.Combine(node.Directory, "elsewhere", "wal");
        await using (ServerRun first = await node.ServeAsync("--wal-dir", wal))
        {
            await node.PutAsync("k", "v");
            await first.KillAsync();
        }

        Assert.NotEmpty(Directory.EnumerateFiles(wal, "*.wal"));
        await using (ServerRun forgetful = await ServerRun.ToEndAsync(node.Arguments()))
        {
            Assert.Equal(1, await forgetful.ExitCodeAsync());
            Assert.Contains("write-ahead log is not in", Assert.Single(forgetful.Errors), StringComparison.Ordinal);
        }

        await using ServerRun second = await node.ServeAsync("--wal-dir", wal);
        Assert.Equal(["k=v"], await node.ContentAsync());
    }

    [Fact]
    public async Task Members_reach_each_other_through_any_of_their_peer_urls()
    {
        using var dir = new TempDir();
        int[] ports = [.. Enumerable.Range(0, 6).Select(_ => FreePorts.Next())];
        string initial = string.Join(',', Enumerable.Range(0, 6).Select(i => $"m{i / 2}=http://127.0.0.1:{ports[i]}"));
        var members = new List<ServerRun>();
        try
        {
            for (int i = 0; i < 3; i++)
            {
                string peers = $"http://127.0.0.1:{ports[2 * i]},http://127.0.0.1:{ports[(2 * i) + 1]}";
                string client = $"http://127.0.0.1:{FreePorts.Next()}";
                members.Add(ServerRun.Start(
                [
                    "--name", $"m{i}",
                    "--data-dir", Path.Combine(dir.Path, $"m{i}"),
                    "--listen-client-urls", client, "--advertise-client-urls", client,
                    "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                    "--initial-cluster", initial,
                ]));
            }

            await Task.WhenAll(members.Select(member => member.ServesAsync()));
        }
        finally
        {
            foreach (ServerRun member in members)
            {
                await member.DisposeAsync();
            }
        }
    }

    private static int IndexOf(ServerRun run, string phrase)
    {
        int[] found = [.. run.Errors.Index().Where(line => line.Item.Contains(phrase, StringComparison.Ordinal)).Select(line => line.Index)];
        return Assert.Single(found);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d{4})$")]
    private static partial Regex Timestamp();
}
