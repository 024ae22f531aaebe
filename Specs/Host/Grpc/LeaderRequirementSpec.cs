using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Grpc;

public sealed class LeaderRequirementSpec
{
    private const string UnaryPath = "/etcdserverpb.Maintenance/Status";
    private const string BidiPath = "/etcdserverpb.Watch/Watch";
    private const string ServerStreamPath = "/etcdserverpb.Maintenance/Snapshot";
    private const string NoLeader = "etcdserver: no leader";

    private static readonly (string, string) Wanted = ("hasleader", "true");
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private volatile bool _hasLeader = true;
    private volatile int _open;

    [Fact]
    public async Task Calls_that_want_a_leader_are_refused_without_one()
    {
        await using var leader = new LeaderRequirement(() => _hasLeader, TimeSpan.FromHours(1));
        await using GrpcTestServer server = await StartAsync(leader);
        using var client = new GrpcTestClient(server.EndPoint);
        byte[] request = GrpcTestClient.Frame([]);
        Assert.Equal("0", (await client.CallAsync(UnaryPath, request, headers: Wanted)).Status);

        _hasLeader = false;

        GrpcReply refused = await client.CallAsync(UnaryPath, request, headers: Wanted);
        Assert.Equal(("14", NoLeader), (refused.Status, refused.Message));
        Assert.Equal("0", (await client.CallAsync(UnaryPath, request)).Status);
        Assert.Equal("0", (await client.CallAsync(UnaryPath, request, headers: ("hasleader", "false"))).Status);
        using GrpcTestStream stream = await client.OpenAsync(BidiPath, Wanted);
        GrpcReply ended = await stream.EndAsync();
        Assert.Equal(("14", NoLeader), (ended.Status, ended.Message));
    }

    [Theory]
    [InlineData(BidiPath)]
    [InlineData(ServerStreamPath)]
    public async Task Open_streams_that_want_a_leader_end_when_it_stays_away(string path)
    {
        await using var leader = new LeaderRequirement(() => _hasLeader, Interval);
        await using GrpcTestServer server = await StartAsync(leader);
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream wanting = await client.OpenAsync(path, Wanted);
        using GrpcTestStream other = await client.OpenAsync(path);
        await wanting.SendAsync(Array.Empty<byte>());
        await other.SendAsync(Array.Empty<byte>());
        await Poll.UntilAsync("both streams to be open", GrpcTestClient.Patience, () => Task.FromResult(_open == 2));

        _hasLeader = false;

        GrpcReply ended = await wanting.EndAsync();
        Assert.Equal(("14", NoLeader), (ended.Status, ended.Message));
        await Poll.UntilAsync("the one that wants none to be open alone", GrpcTestClient.Patience, () => Task.FromResult(_open == 1));
    }

    private Task<GrpcTestServer> StartAsync(LeaderRequirement leader) => GrpcTestServer.StartAsync(
        table => table
            .Unary("etcdserverpb.Maintenance", "Status", StatusRequest.Parser, (_, _) =>
                ValueTask.FromResult(new StatusResponse()))
            .BidiStream("etcdserverpb.Watch", "Watch", WatchRequest.Parser, (requests, _) => OpenAsync(async () =>
            {
                while (await requests.MoveNextAsync())
                {
                }
            }))
            .ServerStream("etcdserverpb.Maintenance", "Snapshot", SnapshotRequest.Parser, (_, call) =>
                OpenAsync(() => CancellationOf(call.CancellationToken))),
        options => options with { Grpc = options.Grpc with { Leader = leader } });

    private static async Task CancellationOf(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(() => cancelled.TrySetCanceled(token));
        await cancelled.Task;
    }

    private async ValueTask OpenAsync(Func<Task> wait)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await wait();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
