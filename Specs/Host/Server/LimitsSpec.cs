using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>The limits that flags set, and etcd's texts when they are reached.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class LimitsSpec
{
    private const int RequestBytesMax = 1_572_864;
    private const int Connections = 50;

    [Fact]
    public async Task Quota_raises_the_alarm_and_deleting_and_compacting_ends_it()
    {
        await using SingleServer server = await SingleServer.StartAsync(
            ServerKind.ActorEtcd, "--quota-backend-bytes", "100000");
        for (int i = 0; ; i++)
        {
            Assert.True(i < 50, "the quota was never reached");
            try
            {
                await PutAsync(server.Channel, $"fill/{i:d2}", new byte[10_000]);
            }
            catch (GrpcCallException refusal)
            {
                AssertNoSpace(refusal);
                break;
            }
        }

        Assert.Equal($"memberID:{await MemberIdAsync(server)} alarm:NOSPACE", await EtcdctlAsync(server, "alarm", "list"));
        AssertNoSpace(await Assert.ThrowsAsync<GrpcCallException>(() => PutAsync(server.Channel, "small", [1])));
        using (var http = new HttpClient())
        using (HttpResponseMessage health = await http.GetAsync(new Uri($"http://{server.Process.Endpoint}/health")))
        {
            Assert.Equal("{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n", await health.Content.ReadAsStringAsync());
        }

        Assert.Equal("9", await EtcdctlAsync(server, "del", "--prefix", "fill/"));
        StatusResponse status = await server.Channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        await server.Channel.UnaryAsync(EtcdMethods.Compact, new CompactionRequest { Revision = status.Header.Revision, Physical = true });
        await Poll.UntilAsync("the alarm to end by itself", TimeSpan.FromSeconds(90), async () =>
            await EtcdctlAsync(server, "alarm", "list") == "");
        await PutAsync(server.Channel, "again", [1]);
    }

    [Fact]
    public async Task Request_is_refused_one_byte_above_the_limit()
    {
        await using SingleServer server = await SingleServer.StartAsync(
            ServerKind.ActorEtcd, "--max-request-bytes", "2000");
        await PutAsync(server.Channel, "k", new byte[1_900]);
        GrpcCallException refusal = await Assert.ThrowsAsync<GrpcCallException>(
            () => PutAsync(server.Channel, "k", new byte[2_100]));
        Assert.Equal((StatusCode.InvalidArgument, "etcdserver: request is too large"), (refusal.Code, refusal.Detail));
    }

    // What an idle server holds open is the runtime's: every assembly twice.
    [Fact]
    public async Task Connections_that_ended_leave_no_file_open()
    {
        using var node = new Node();
        await using ServerRun run = await node.ServeAsync();
        await node.PutAsync("k", "warm");
        await node.GetAsync("/metrics");
        int before = OpenFiles(run.Id);
        for (int i = 0; i < Connections; i++)
        {
            await node.PutAsync("k", "v");
            await node.GetAsync("/health");
        }

        // A server opens a few of its own later than others: of the next piece of its log, for example.
        int atMost = before + (Connections / 2);
        await Poll.UntilAsync(
            $"no more than {atMost} open files", TimeSpan.FromSeconds(90), () => Task.FromResult(OpenFiles(run.Id) <= atMost));
    }

    private static int OpenFiles(int processId) => Directory.GetFiles($"/proc/{processId}/fd").Count(file =>
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.Extension is not (".dll" or ".so");
        }
        catch (IOException)
        {
            // It was closed since.
            return false;
        }
    });

    [Fact]
    public async Task Transaction_with_too_many_operations_is_refused()
    {
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.ActorEtcd, "--max-txn-ops", "3");
        await server.Channel.UnaryAsync(EtcdMethods.Txn, TxnOf(3));
        GrpcCallException refusal = await Assert.ThrowsAsync<GrpcCallException>(
            async () => await server.Channel.UnaryAsync(EtcdMethods.Txn, TxnOf(4)));
        Assert.Equal(
            (StatusCode.InvalidArgument, "etcdserver: too many operations in txn request"), (refusal.Code, refusal.Detail));
    }

    [Fact]
    public async Task Values_up_to_the_default_limit_are_kept_over_a_restart()
    {
        using var node = new Node();
        byte[] value = new byte[RequestBytesMax - 1_024];
        new Random(7).NextBytes(value);
        await using (ServerRun first = await node.ServeAsync())
        {
            await using GrpcChannel channel = await node.ConnectAsync();
            await PutAsync(channel, "big", value);
            Assert.Equal(value, await GetAsync(channel, "big"));
            await first.KillAsync();
        }

        await using ServerRun second = await node.ServeAsync();
        await using GrpcChannel again = await node.ConnectAsync();
        Assert.Equal(value, await GetAsync(again, "big"));
    }

    [Fact]
    public async Task Auto_compaction_by_time_forgets_what_is_older()
    {
        await using SingleServer server = await SingleServer.StartAsync(
            ServerKind.ActorEtcd, "--auto-compaction-mode", "periodic", "--auto-compaction-retention", "1s");
        for (int i = 0; i < 5; i++)
        {
            await PutAsync(server.Channel, "k", [(byte)i]);
        }

        await Poll.UntilAsync("revision 3 to be compacted", TimeSpan.FromSeconds(90), async () =>
        {
            var old = new RangeRequest { Key = ByteString.CopyFromUtf8("k"), Revision = 3 };
            try
            {
                await server.Channel.UnaryAsync(EtcdMethods.Range, old);
                return false;
            }
            catch (GrpcCallException refusal)
            {
                return refusal.Detail == "etcdserver: mvcc: required revision has been compacted";
            }
        });
        Assert.Equal([4], await GetAsync(server.Channel, "k"));
    }

    private static async Task<string> MemberIdAsync(SingleServer server)
    {
        StatusResponse status = await server.Channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        return status.Header.MemberId.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> EtcdctlAsync(SingleServer server, params string[] arguments) =>
        (await Etcdctl.RunAsync(server.Process.Endpoint, arguments)).Succeeded().Trim();

    private static void AssertNoSpace(GrpcCallException refusal) => Assert.Equal(
        (StatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded"), (refusal.Code, refusal.Detail));

    private static async Task PutAsync(GrpcChannel channel, string key, byte[] value) => await channel.UnaryAsync(
        EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFrom(value) });

    private static async Task<byte[]> GetAsync(GrpcChannel channel, string key)
    {
        RangeResponse found = await channel.UnaryAsync(
            EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8(key) });
        return found.Kvs.Single().Value.ToByteArray();
    }

    private static TxnRequest TxnOf(int operations)
    {
        var txn = new TxnRequest();
        for (int i = 0; i < operations; i++)
        {
            txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8($"k{i}") } });
        }

        return txn;
    }
}
