using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using DowngradeAction = ActorEtcd.Host.Protos.Etcdserverpb.DowngradeRequest.Types.DowngradeAction;

namespace ActorEtcd.Specs.Cluster;

/// <summary>A client's deadline ends the wait for a cluster without a majority; the server's own limit would tell something else.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class DeadlineSpec
{
    private static readonly KeyValuePair<string, string>[] Deadline = [new("grpc-timeout", "300m")];

    [Fact]
    public async Task Call_that_waits_for_a_majority_ends_with_the_clients_deadline()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            await cluster.Members[1].KillAsync();
            await cluster.Members[2].KillAsync();
            await using GrpcChannel channel = await cluster.Members[0].ConnectAsync();

            await AssertDeadlineAsync(channel, EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8("a") });
            await AssertDeadlineAsync(channel, EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("a") });
            await AssertDeadlineAsync(channel, EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 100 });
            await AssertDeadlineAsync(channel, EtcdMethods.MemberList, new MemberListRequest { Linearizable = true });
            await AssertDeadlineAsync(channel, EtcdMethods.Alarm, new AlarmRequest
            {
                Action = AlarmRequest.Types.AlarmAction.Deactivate,
                Alarm = AlarmType.Nospace,
            });
            await AssertDeadlineAsync(channel, EtcdMethods.Downgrade, new DowngradeRequest { Action = DowngradeAction.Validate, Version = "3.6" });
            await AssertDeadlineAsync(channel, EtcdMethods.Downgrade, new DowngradeRequest { Action = DowngradeAction.Cancel });
        });
    }

    private static async Task AssertDeadlineAsync<TRequest, TResponse>(
        GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(() => channel.UnaryAsync(method, request, metadata: Deadline).AsTask());
        Assert.Equal((method, StatusCode.DeadlineExceeded, "context deadline exceeded"), (method, refusal.Code, refusal.Detail));
    }
}
