using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Conformance;

/// <summary>What each alarm refuses, on a real etcd and on the server under test.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class AlarmDifferentialSpec
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("a");

    [Theory]
    [InlineData(AlarmType.Nospace)]
    [InlineData(AlarmType.Corrupt)]
    public async Task Requests_are_answered_alike_before_during_and_after_an_alarm(AlarmType type)
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        var differential = new Differential(etcd.Channel, other.Channel);
        await SendAsync(differential, lease: 10, compacted: 2);
        await BothAsync(AlarmRequest.Types.AlarmAction.Activate);
        await SendAsync(differential, lease: 20, compacted: 3);
        await BothAsync(AlarmRequest.Types.AlarmAction.Deactivate);
        await SendAsync(differential, lease: 30, compacted: 4);
        Assert.True(differential.Differences == 0, $"{differential.Report}\n{other.Process.Log}");
        Assert.Contains(differential.Outcomes.Keys, static outcome => outcome.StartsWith("Put ", StringComparison.Ordinal) && outcome != "Put OK");

        async Task BothAsync(AlarmRequest.Types.AlarmAction action)
        {
            var request = new AlarmRequest { Action = action, Alarm = type, MemberID = 5 };
            AlarmResponse[] answers =
            [
                await etcd.Channel.UnaryAsync(EtcdMethods.Alarm, request),
                await etcd.Channel.UnaryAsync(EtcdMethods.Alarm, new AlarmRequest()),
                await etcd.Channel.UnaryAsync(EtcdMethods.Alarm, request),
                await other.Channel.UnaryAsync(EtcdMethods.Alarm, request),
                await other.Channel.UnaryAsync(EtcdMethods.Alarm, new AlarmRequest()),
                await other.Channel.UnaryAsync(EtcdMethods.Alarm, request),
            ];
            Assert.Equal(answers[..3].Select(static answer => answer.Alarms), answers[3..].Select(static answer => answer.Alarms));
        }
    }

    private static async Task SendAsync(Differential differential, long lease, long compacted)
    {
        var put = new RequestOp { RequestPut = new PutRequest { Key = Key } };
        var delete = new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Key } };
        var range = new RequestOp { RequestRange = new RangeRequest { Key = Key } };
        IMessage[] requests =
        [
            new PutRequest { Key = Key },
            new RangeRequest { Key = Key },
            new RangeRequest { Key = Key, Serializable = true },
            new TxnRequest { Success = { put } },
            new TxnRequest { Success = { range } },
            new TxnRequest { Failure = { put }, Success = { range } },
            new TxnRequest { Success = { delete } },
            new LeaseGrantRequest { ID = lease, TTL = 500 },
            new LeaseTimeToLiveRequest { ID = lease },
            new LeaseTimeToLiveRequest { ID = 10 },
            new LeaseLeasesRequest(),
            new LeaseRevokeRequest { ID = lease },
            new DeleteRangeRequest { Key = Key },
            new CompactionRequest { Revision = compacted },
        ];
        foreach (IMessage request in requests)
        {
            await differential.SendAsync(request);
        }
    }
}
