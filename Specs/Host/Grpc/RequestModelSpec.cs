using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Messages;
using Google.Protobuf;
using Xunit;
using Pb = ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Specs.Host.Grpc;

public sealed class RequestModelSpec
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    [Fact]
    public void Transaction_keeps_its_shape()
    {
        var message = new Pb.TxnRequest
        {
            Compare =
            {
                new Pb.Compare { Key = Key, Target = Pb.Compare.Types.CompareTarget.Mod, ModRevision = 7 },
                new Pb.Compare
                {
                    Key = Key,
                    RangeEnd = ByteString.CopyFromUtf8("l"),
                    Target = Pb.Compare.Types.CompareTarget.Value,
                    Result = Pb.Compare.Types.CompareResult.NotEqual,
                    Value = ByteString.CopyFromUtf8("v"),
                },
            },
            Success =
            {
                new Pb.RequestOp { RequestPut = new Pb.PutRequest { Key = Key, Lease = 5, PrevKv = true } },
                new Pb.RequestOp
                {
                    RequestTxn = new Pb.TxnRequest
                    {
                        Failure = { new Pb.RequestOp { RequestDeleteRange = new Pb.DeleteRangeRequest { Key = Key } } },
                    },
                },
            },
            Failure = { new Pb.RequestOp { RequestRange = new Pb.RangeRequest { Key = Key, Limit = 3 } } },
        };

        TxnRequest txn = RequestModel.Of(message);

        Assert.Equal(
            [
                new Compare(CompareResult.Equal, CompareTarget.Mod, Bytes.FromUtf8("k"), 7),
                new Compare(
                    CompareResult.NotEqual, CompareTarget.Value, Bytes.FromUtf8("k"), 0, Bytes.FromUtf8("v"), Bytes.FromUtf8("l")),
            ],
            txn.Compares.ToArray());
        Assert.Equal(new PutRequest(Bytes.FromUtf8("k"), default, new LeaseId(5), PrevKv: true), txn.Success[0]);
        Assert.Equal(new DeleteRangeRequest(Bytes.FromUtf8("k")), ((TxnRequest)txn.Success[1]).Failure[0]);
        Assert.Equal(3, ((RangeRequest)txn.Failure[0]).Limit);
    }

    [Fact]
    public void Operand_of_another_kind_counts_as_absent()
    {
        var message = new Pb.TxnRequest
        {
            Compare = { new Pb.Compare { Key = Key, Target = Pb.Compare.Types.CompareTarget.Version, ModRevision = 7 } },
        };

        Assert.Equal(0, RequestModel.Of(message).Compares[0].Number);
    }

    [Fact]
    public void Operation_that_says_nothing_is_refused()
    {
        var message = new Pb.TxnRequest { Success = { new Pb.RequestOp() } };

        GrpcStatusException error = Assert.Throws<GrpcStatusException>(() => RequestModel.Of(message));
        Assert.Same(EtcdErrors.KeyNotFound, error.Status);
    }
}
