using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.GrpcProxy.Leasing;

/// <summary>Requests over few keys, and answers without what tells one server from another.</summary>
internal static class RandomLeasing
{
    private const int Keys = 4;

    /// <returns>The revision of the write.</returns>
    public static async Task<long> WriteAsync(GrpcChannel channel, Random random)
    {
        ByteString key = Key(random);
        ByteString value = Value(random);
        return random.Next(5) switch
        {
            0 => (await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = key })).Header.Revision,
            1 => (await channel.UnaryAsync(EtcdMethods.Txn, new TxnRequest
            {
                Compare = { Compare(random, 0) },
                Success = { new RequestOp { RequestPut = new PutRequest { Key = key, Value = value } } },
                Failure = { new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = key, RangeEnd = ByteString.CopyFromUtf8("k2") } } },
            })).Header.Revision,
            _ => (await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = key, Value = value })).Header.Revision,
        };
    }

    public static RangeRequest Range(Random random, long revision) => new()
    {
        Key = Key(random),
        RangeEnd = random.Next(8) == 0 ? ByteString.CopyFromUtf8("k9") : ByteString.Empty,
        Revision = random.Next(8) == 0 ? revision : 0,
        CountOnly = random.Next(6) == 0,
        KeysOnly = random.Next(6) == 0,
        Limit = random.Next(3),
        MinModRevision = random.Next(4) == 0 ? Near(random, revision) : 0,
        MaxModRevision = random.Next(4) == 0 ? Near(random, revision) : 0,
        MinCreateRevision = random.Next(4) == 0 ? Near(random, revision) : 0,
        MaxCreateRevision = random.Next(4) == 0 ? Near(random, revision) : 0,
    };

    public static TxnRequest Txn(Random random, long revision)
    {
        var txn = new TxnRequest();
        for (int i = random.Next(4); i > 0; i--)
        {
            txn.Compare.Add(Compare(random, revision));
        }

        for (int i = random.Next(3); i > 0; i--)
        {
            txn.Success.Add(new RequestOp { RequestRange = Range(random, revision) });
            txn.Failure.Add(new RequestOp { RequestRange = Range(random, revision) });
        }

        return txn;
    }

    public static async Task<string> AnswerAsync(GrpcChannel channel, IMessage request)
    {
        try
        {
            switch (request)
            {
                case RangeRequest range:
                    RangeResponse read = await channel.UnaryAsync(EtcdMethods.Range, range);
                    read.Header = null;
                    return read.ToString();
                default:
                    TxnResponse answer = await channel.UnaryAsync(EtcdMethods.Txn, (TxnRequest)request);
                    answer.Header = null;
                    foreach (ResponseOp one in answer.Responses)
                    {
                        one.ResponseRange.Header = null;
                    }

                    return answer.ToString();
            }
        }
        catch (GrpcCallException refusal)
        {
            return refusal.Message;
        }
    }

    private static ByteString Key(Random random) => ByteString.CopyFromUtf8($"k{random.Next(Keys)}");

    private static ByteString Value(Random random) => ByteString.CopyFromUtf8($"{random.Next(3)}");

    private static long Near(Random random, long revision) => Math.Max(0, revision + random.Next(-3, 2));

    private static Compare Compare(Random random, long revision)
    {
        var compare = new Compare
        {
            Key = Key(random),
            Result = (Compare.Types.CompareResult)random.Next(4),
            Target = (Compare.Types.CompareTarget)random.Next(5),
        };
        switch (random.Next(8) == 0 ? AnyTarget(random) : compare.Target)
        {
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Version: compare.Version = random.Next(4); break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Create: compare.CreateRevision = Near(random, revision); break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Mod: compare.ModRevision = Near(random, revision); break;
            case ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Value: compare.Value = Value(random); break;
            default: compare.Lease = random.Next(2); break;
        }

        return compare;
    }

    private static ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget AnyTarget(Random random) => (ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget)random.Next(5);
}
