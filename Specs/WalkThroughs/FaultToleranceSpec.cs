using ActorEtcd.Host.Config;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Server;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>
/// The guides' table of cluster sizes: with so many members down a cluster serves, with one more it refuses writes. The
/// members are whole servers, in this process because nine would take it minutes to start.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class FaultToleranceSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TakenWithin = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(6, 2)]
    [InlineData(7, 3)]
    [InlineData(8, 3)]
    [InlineData(9, 4)]
    public async Task Cluster_serves_with_as_many_members_down_as_the_table_says_and_no_more(int size, int tolerated)
    {
        Node[] nodes = [.. Enumerable.Range(0, size).Select(_ => new Node())];
        using var log = new LogWriter(Stream.Null, LogSeverity.Fatal, json: true, TimeProvider.System);
        var servers = new Queue<EtcdServer>();
        try
        {
            foreach (EtcdServer server in await Task.WhenAll(Enumerable.Range(0, size).Select(i => StartAsync(nodes, i, log))))
            {
                servers.Enqueue(server);
            }

            Node last = nodes[^1];
            await PutAsync(last, "all");
            await DownAsync(servers, tolerated);
            await PutAsync(last, "tolerated");

            await DownAsync(servers, 1);
            await using (GrpcChannel? channel = size == 1 ? null : await last.ConnectAsync())
            {
                await RefusedAsync(channel);
            }
        }
        finally
        {
            await DownAsync(servers, servers.Count);
            Array.ForEach(nodes, node => node.Dispose());
        }
    }

    private static Task<EtcdServer> StartAsync(Node[] nodes, int index, LogWriter log)
    {
        string[] arguments = nodes[index].Arguments(
            "--name", $"m{index}",
            "--heartbeat-interval", "50", "--election-timeout", "500",
            "--initial-cluster", string.Join(',', nodes.Select((node, i) => $"m{i}={node.PeerUrl}")));
        FlagValues flags = FlagParser.Parse(ServerFlags.All, arguments, new Dictionary<string, string>(), _ => { });
        return EtcdServer.StartAsync(ServerOptionsReader.Read(flags), log, new ServerExit());
    }

    // Without a word to the others, as a machine that loses power.
    private static async Task DownAsync(Queue<EtcdServer> servers, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await servers.Dequeue().DisposeAsync();
        }
    }

    // What was sent to a leader that has just gone is lost, as in etcd, and its client asks again.
    private static Task PutAsync(Node node, string value) => Poll.UntilAsync($"a put of \"{value}\"", Patience, async () =>
    {
        await using GrpcChannel channel = await node.ConnectAsync();
        await channel.UnaryAsync(EtcdMethods.Put, PutOf(value), TakenWithin);
        return true;
    });

    private static async Task RefusedAsync(GrpcChannel? channel)
    {
        if (channel is null)
        {
            return;
        }

        await Assert.ThrowsAsync<GrpcCallException>(
            async () => await channel.UnaryAsync(EtcdMethods.Put, PutOf("too many down"), RefusedWithin));
        RangeResponse read = await channel.UnaryAsync(
            EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("k"), Serializable = true }, Patience);
        Assert.Equal("tolerated", read.Kvs.Single().Value.ToStringUtf8());
    }

    private static PutRequest PutOf(string value)
        => new() { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8(value) };
}
