using System.Text.RegularExpressions;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>Commands that work for a while and show how far they are.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class CtlLongWorkSpec : IAsyncLifetime
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CheckDuration = TimeSpan.FromSeconds(2);

    private SingleServer _server = null!;

    public async Task InitializeAsync() => _server = await SingleServer.StartAsync(ServerKind.ActorEtcd);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Check_perf_judges_what_it_measured_and_leaves_nothing_behind()
    {
        EtcdctlResult result = await RunAsync("check", "perf", "--auto-compact", "--auto-defrag");

        // Whether the machine is fast enough is not the spec's business; that the judgement follows from the lines above it is.
        Match judged = Judgement().Match(result.Output);
        Assert.True(judged.Success, result.Output + result.Errors);
        bool hasPassed = !judged.Groups["lines"].Value.Contains(" too ", StringComparison.Ordinal);
        Assert.Equal((hasPassed ? "PASS" : "FAIL", hasPassed ? 0 : 1), (judged.Groups["verdict"].Value, result.ExitCode));
        Assert.Contains("seconds [", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(_server.Channel, "/etcdctl-check-perf/"));

        await PutAsync("/etcdctl-check-perf/mine", "1");
        EtcdctlResult refused = await RunAsync("check", "perf");
        Assert.Equal(CtlExit.InvalidInput, refused.ExitCode);
        Assert.Contains("prefix \"/etcdctl-check-perf/\" has keys. Delete with 'etcdctl del --prefix /etcdctl-check-perf/' first", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(_server.Channel, "/etcdctl-check-perf/"));
    }

    [Fact]
    public async Task Check_datascale_tells_what_memory_the_data_took()
    {
        EtcdctlResult result = await RunAsync("check", "datascale", "--load", "s", "--prefix", "/scale/");

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.StartsWith(
            "Start data scale check for work load [10000 key-value pairs, 1024 bytes per key-value, 50 concurrent clients].\n", result.Output, StringComparison.Ordinal);
        Assert.Matches("PASS: Approximate system memory used : -?[0-9.]+ MB.\n$", result.Output);
        Assert.Contains("keys [##############################]", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(_server.Channel, "/scale/"));
        Assert.Equal(CtlExit.BadFeature, (await RunAsync("check", "datascale", "--load", "none")).ExitCode);
    }

    [Fact]
    public async Task Mirror_has_what_was_there_and_what_comes()
    {
        await using SingleServer target = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        for (int i = 0; i < 20; i++)
        {
            await PutAsync($"from/{i:00}", $"{i}");
        }

        await PutAsync("other", "stays");
        using var interruption = new CancellationTokenSource();
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        Task<int> mirror = CtlTool.RunAsync(
            ["--endpoints", _server.Process.Endpoint, "make-mirror", "--prefix", "from/", "--dest-prefix", "to/", target.Process.Endpoint],
            new CtlConsole
            {
                In = Stream.Null,
                Out = new CtlWriter(output),
                Error = new CtlWriter(errors),
                Environment = new Dictionary<string, string>(),
                Interruption = () => interruption.Token,
            });

        await CopiedAsync(target, 20);
        await PutAsync("from/20", "new");
        await CopiedAsync(target, 21);
        await _server.Channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Bytes("from/"), RangeEnd = Bytes("from/05") });
        await CopiedAsync(target, 16);
        RangeResponse last = await target.Channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = Bytes("to/20") });
        Assert.Equal("new", Assert.Single(last.Kvs).Value.ToStringUtf8());
        Assert.Equal(0, await CountAsync(target.Channel, "other"));

        await interruption.CancelAsync();
        await mirror.WaitAsync(Within);

        async Task CopiedAsync(SingleServer server, long count) => await Poll.UntilAsync(
            $"{count} keys over there", Within, async () => !mirror.IsCompleted && await CountAsync(server.Channel, "to/") == count);
    }

    [Fact]
    public async Task Snapshot_is_saved_before_somebody_who_watches()
    {
        using var dir = new TempDir();
        await PutAsync("a", "1");
        EtcdctlResult result = await RunAsync("snapshot", "save", Path.Combine(dir.Path, "backup.db"));
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Contains("snapshot [##############################]", result.Errors, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?<lines>(PASS|FAIL|Slowest|Stddev)[^\n]*\n.*)(?<verdict>PASS|FAIL)\n$", RegexOptions.Singleline)]
    private static partial Regex Judgement();

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static async Task<long> CountAsync(GrpcChannel channel, string prefix)
    {
        var all = new RangeRequest { Key = Bytes(prefix), RangeEnd = KeyRange.PrefixEnd(Bytes(prefix)), CountOnly = true };
        return (await channel.UnaryAsync(EtcdMethods.Range, all)).Count;
    }

    private async Task PutAsync(string key, string value)
        => await _server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Bytes(key), Value = Bytes(value) });

    private Task<EtcdctlResult> RunAsync(params string[] arguments)
        => CtlRun.WatchedAsync(Within, CheckDuration, ["--endpoints", _server.Process.Endpoint, .. arguments]);
}
