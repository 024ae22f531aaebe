using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>An encoded request of one client, in which only the key bytes change from call to call.</summary>
internal sealed class RequestTemplate
{
    private readonly byte[] _bytes;
    private readonly int[] _keyOffsets;
    private readonly int _keySize;

    private RequestTemplate(GrpcMethod<ReadOnlyMemory<byte>, int> method, IMessage message, byte[] keyMark, int keys)
    {
        Method = method;
        _bytes = message.ToByteArray();
        _keySize = keyMark.Length;
        _keyOffsets = new int[keys];
        int from = 0;
        for (int i = 0; i < keys; i++)
        {
            int at = _bytes.AsSpan(from).IndexOf(keyMark) + from;
            _keyOffsets[i] = at;
            from = at + _keySize;
        }
    }

    /// <summary>The method; its response is the number of bytes received, nothing is decoded.</summary>
    public GrpcMethod<ReadOnlyMemory<byte>, int> Method { get; }

    public static RequestTemplate Of(BenchOptions options, BenchMethods methods)
    {
        // A key filled with 0xFF cannot be mistaken for a value, which is filled with 'v', nor for tags and lengths.
        byte[] mark = new byte[options.KeySize];
        mark.AsSpan().Fill(0xFF);
        ByteString key = ByteString.CopyFrom(mark);
        byte[] value = new byte[options.ValueSize];
        value.AsSpan().Fill((byte)'v');
        var put = new PutRequest { Key = key, Value = ByteString.CopyFrom(value) };
        switch (options.Command)
        {
            case "put":
                return new RequestTemplate(methods.Put, put, mark, keys: 1);
            case "txn":
                var txn = new TxnRequest();
                for (int i = 0; i < options.TxnOps; i++)
                {
                    txn.Success.Add(new RequestOp { RequestPut = put });
                }

                return new RequestTemplate(methods.Txn, txn, mark, options.TxnOps);
            default:
                var range = new RangeRequest { Key = key, Serializable = options.Serializable, Limit = options.Limit };
                if (options.Arguments.Length > 0)
                {
                    range.Key = ByteString.CopyFromUtf8(options.Arguments[0]);
                    range.RangeEnd = ByteString.CopyFromUtf8(options.Arguments.ElementAtOrDefault(1) ?? "");
                }

                return new RequestTemplate(methods.Range, range, mark, options.Arguments.Length > 0 ? 0 : 1);
        }
    }

    /// <summary>The request with fresh keys; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Next(KeySource keys)
    {
        // Neighbours, because a transaction may not put one key twice.
        long first = keys.Next();
        for (int i = 0; i < _keyOffsets.Length; i++)
        {
            keys.Write(first, i, _bytes.AsSpan(_keyOffsets[i], _keySize));
        }

        return _bytes;
    }
}
