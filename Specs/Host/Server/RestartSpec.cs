using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>Ends and starts of the same data: asked for, by force, and with other flags.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class RestartSpec
{
    [Theory]
    [InlineData(ServerRun.SignalTerminate)]
    [InlineData(ServerRun.SignalInterrupt)]
    public async Task Signal_ends_the_server_well_and_the_same_command_line_starts_it_again(int signal)
    {
        using var node = new Node();
        await using (ServerRun first = await node.ServeAsync())
        {
            await node.PutAsync("k", "v");
            Assert.Equal(0, await first.EndAsync(signal));
            Assert.Contains("\"stopped\"", first.Errors[^1], StringComparison.Ordinal);
        }

        await using ServerRun second = await node.ServeAsync();
        Assert.Equal(["k=v"], await node.ContentAsync());
        Assert.Equal(0, await second.EndAsync(signal));
    }

    [Fact]
    public async Task Interrupt_ends_a_server_that_a_script_started_in_the_background()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var node = new Node();
        ProcessStartInfo server = ActorEtcdProcess.Executable();
        var start = new ProcessStartInfo("env") { ArgumentList = { "--ignore-signal=INT", server.FileName } };
        foreach (string argument in server.ArgumentList)
        {
            start.ArgumentList.Add(argument);
        }

        await using ServerRun run = ServerRun.Start(start, node.Arguments());
        await run.ServesAsync();
        Assert.Equal(0, await run.EndAsync(ServerRun.SignalInterrupt));
        Assert.Contains("\"stopped\"", run.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_connections_and_watches_do_not_hold_the_end_up()
    {
        using var node = new Node();
        await using ServerRun run = await node.ServeAsync();
        await using GrpcChannel channel = await node.ConnectAsync();
        await using DuplexCall<WatchRequest, WatchResponse> watch = channel.Duplex(EtcdMethods.Watch);
        await watch.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("k") } });
        Assert.True((await watch.ReadAsync()).Created);

        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, await run.EndAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 25);
    }

    [Fact]
    public async Task Initial_flags_do_not_matter_once_there_is_data()
    {
        using var node = new Node();
        string id;
        await using (ServerRun first = await node.ServeAsync())
        {
            await node.PutAsync("k", "v");
            id = await IdentityAsync(node);
            await first.EndAsync();
        }

        string[] changed =
        [
            "--initial-cluster", "x=http://127.0.0.1:1,y=http://127.0.0.1:2",
            "--initial-cluster-token", "another",
            "--initial-cluster-state", "existing",
            "--initial-advertise-peer-urls", "http://127.0.0.1:3",
        ];
        await using (ServerRun second = await node.ServeAsync(changed))
        {
            Assert.Equal(["k=v"], await node.ContentAsync());
            Assert.Equal(id, await IdentityAsync(node));
            await second.EndAsync();
        }

        string[] missing =
        [
            "--data-dir", node.DataDir,
            "--listen-client-urls", node.ClientUrl, "--advertise-client-urls", node.ClientUrl,
            "--listen-peer-urls", node.PeerUrl,
        ];
        await using ServerRun third = await ServerRun.ServingAsync(missing);
        Assert.Equal(["k=v"], await node.ContentAsync());
        Assert.Equal(id, await IdentityAsync(node));
    }

    [Fact]
    public async Task Acknowledged_writes_survive_kill_9_and_checkpoints()
    {
        using var node = new Node();
        for (int life = 0; life < 3; life++)
        {
            await using ServerRun run = await node.ServeAsync("--snapshot-count", "40");
            await using (GrpcChannel channel = await node.ConnectAsync())
            {
                for (int i = 0; i < 50; i++)
                {
                    await Node.PutAsync(channel, $"{life}/{i:d2}", "v");
                }
            }

            Assert.Equal((life + 1) * 50, (await node.ContentAsync()).Length);
            await run.KillAsync();
        }

        await using ServerRun last = await node.ServeAsync();
        Assert.Equal(150, (await node.ContentAsync()).Length);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(node.MemberDir, "snap")));
    }

    [Fact]
    public async Task Leader_that_is_told_to_end_hands_over_first()
    {
        // With so long a timeout nobody asks for an election because the machine stood still for a moment.
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, "--heartbeat-interval", "500", "--election-timeout", "10000");
        await cluster.GuardAsync(async () =>
        {
            MemberProcess leader = await cluster.LeaderAsync();
            MemberProcess witness = await cluster.FollowerAsync();
            await using GrpcChannel channel = await witness.ConnectAsync();
            StatusResponse before = await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());

            Assert.Equal(0, await leader.TerminateAsync());

            // Nobody had to wait for an election, which the next term would tell: the witness is told by the new leader itself.
            StatusResponse after = await Poll.UntilAsync("the witness to hear of the new leader", TimeSpan.FromSeconds(60), async () =>
            {
                StatusResponse now = await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
                return now.Leader == 0 || now.Leader == before.Leader ? null : now;
            });
            Assert.Equal(before.RaftTerm + 1, after.RaftTerm);
            Assert.Contains("handed leadership over", leader.Log, StringComparison.Ordinal);
            await Node.PutAsync(channel, "k", "v");
            await leader.StartAndWaitAsync();
        });
    }

    private static async Task<string> IdentityAsync(Node node)
    {
        await using GrpcChannel channel = await node.ConnectAsync();
        MemberListResponse list = await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest());
        return $"{list.Header.ClusterId:x} {list.Header.MemberId:x} {list.Members}";
    }
}
