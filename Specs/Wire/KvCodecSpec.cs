using ActorEtcd.Messages;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Wire;
using Google.Protobuf;
using Xunit;
using Pb = ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Specs.Wire;

/// <summary>What the hand-written decoders read equals what the generated messages hold.</summary>
public sealed class KvCodecSpec
{
    private const int Rounds = 400;

    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    [Fact]
    public void Requests_are_read_as_the_generated_messages_were_written()
    {
        int seed = SpecEnvironment.Seed ?? 1;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            Pb.PutRequest put = PutMessage(random);
            Assert.True(Model(put) == KvCodec.ReadPut(put.ToByteArray()), $"seed {seed} round {round}: {put}");

            Pb.RangeRequest range = RangeMessage(random);
            Assert.True(Model(range) == KvCodec.ReadRange(range.ToByteArray()), $"seed {seed} round {round}: {range}");
        }
    }

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

        TxnRequest txn = KvCodec.ReadTxn(message.ToByteArray());

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

    [Theory]
    [InlineData(new byte[] { 0x0A, 0x05, 0x01 })]
    [InlineData(new byte[] { 0x18, 0xFF })]
    [InlineData(new byte[] { 0x0B })]
    [InlineData(new byte[] { 0x00, 0x01 })]
    [InlineData(new byte[] { 0x09, 0x01 })]
    [InlineData(new byte[] { 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    public void Malformed_requests_are_refused(byte[] bytes)
    {
        Assert.Throws<MalformedMessageException>(() => KvCodec.ReadPut(bytes));
        Assert.Throws<MalformedMessageException>(() => KvCodec.ReadRange(bytes));
    }

    [Fact]
    public void Unknown_fields_are_skipped()
    {
        byte[] bytes = [0x0A, 1, (byte)'k', 0x7A, 2, 9, 9, 0x78, 0x81, 0x01, 0x7D, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x12, 1, (byte)'v'];

        PutRequest put = KvCodec.ReadPut(bytes);

        Assert.Equal(("k", "v"), (put.Key.ToString(), put.Value.ToString()));
    }

    private static Pb.PutRequest PutMessage(Random random) => new()
    {
        Key = random.Blob(20),
        Value = random.Blob(3000),
        Lease = random.Number(),
        PrevKv = random.Next(2) == 0,
        IgnoreValue = random.Next(2) == 0,
        IgnoreLease = random.Next(2) == 0,
    };

    private static PutRequest Model(Pb.PutRequest put) => new(
        put.Key.ToByteArray(), put.Value.ToByteArray(), new LeaseId(put.Lease), put.PrevKv, put.IgnoreValue, put.IgnoreLease);

    private static Pb.RangeRequest RangeMessage(Random random) => new()
    {
        Key = random.Blob(20),
        RangeEnd = random.Blob(20),
        Limit = random.Number(),
        Revision = random.Number(),
        SortOrder = (Pb.RangeRequest.Types.SortOrder)random.Next(3),
        SortTarget = (Pb.RangeRequest.Types.SortTarget)random.Next(5),
        Serializable = random.Next(2) == 0,
        KeysOnly = random.Next(2) == 0,
        CountOnly = random.Next(2) == 0,
        MinModRevision = random.Number(),
        MaxModRevision = random.Number(),
        MinCreateRevision = random.Number(),
        MaxCreateRevision = random.Number(),
    };

    private static RangeRequest Model(Pb.RangeRequest range) => new()
    {
        Key = range.Key.ToByteArray(),
        RangeEnd = range.RangeEnd.ToByteArray(),
        Limit = range.Limit,
        Revision = range.Revision,
        SortOrder = (SortOrder)range.SortOrder,
        SortTarget = (SortTarget)range.SortTarget,
        Serializable = range.Serializable,
        KeysOnly = range.KeysOnly,
        CountOnly = range.CountOnly,
        MinModRevision = range.MinModRevision,
        MaxModRevision = range.MaxModRevision,
        MinCreateRevision = range.MinCreateRevision,
        MaxCreateRevision = range.MaxCreateRevision,
    };
}
