using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The part of the key space that clients of the proxy see as the whole of it (etcd: <c>clientv3/namespace</c>): keys get a
/// prefix on their way in and lose it on their way out.
/// </summary>
internal sealed class KeyNamespace(string prefix)
{
    private readonly ByteString _prefix = ByteString.CopyFromUtf8(prefix);
    private readonly ByteString _end = KeyRange.PrefixEnd(ByteString.CopyFromUtf8(prefix));

    public bool IsWhole => _prefix.IsEmpty;

    /// <summary>All keys of the namespace, as the cluster has them.</summary>
    public KeyInterval All => new(_prefix, _end);

    public ByteString In(ByteString key) => IsWhole ? key : Concat(_prefix, key);

    public ByteString Out(ByteString key) => key.Span.StartsWith(_prefix.Span) ? ByteString.CopyFrom(key.Span[_prefix.Length..]) : key;

    public KeyInterval In(KeyInterval keys) => new(In(keys.Key), InEnd(keys.End));

    public RangeRequest In(RangeRequest request)
    {
        (request.Key, request.RangeEnd) = In(Named(request.Key, request.RangeEnd));
        return request;
    }

    public PutRequest In(PutRequest request)
    {
        request.Key = In(Named(request.Key, ByteString.Empty).Key);
        return request;
    }

    public DeleteRangeRequest In(DeleteRangeRequest request)
    {
        (request.Key, request.RangeEnd) = In(Named(request.Key, request.RangeEnd));
        return request;
    }

    public TxnRequest In(TxnRequest request)
    {
        foreach (var compare in request.Compare)
        {
            (compare.Key, compare.RangeEnd) = In(Named(compare.Key, compare.RangeEnd));
        }

        foreach (var operation in request.Success.Concat(request.Failure))
        {
            In(operation);
        }

        return request;
    }

    public RangeResponse Out(RangeResponse response)
    {
        OutAll(response.Kvs);
        return response;
    }

    public PutResponse Out(PutResponse response)
    {
        Out(response.PrevKv);
        return response;
    }

    public DeleteRangeResponse Out(DeleteRangeResponse response)
    {
        OutAll(response.PrevKvs);
        return response;
    }

    public TxnResponse Out(TxnResponse response)
    {
        foreach (var answer in response.Responses)
        {
            switch (answer.ResponseCase)
            {
                case ResponseOp.ResponseOneofCase.ResponseRange: Out(answer.ResponseRange); break;
                case ResponseOp.ResponseOneofCase.ResponsePut: Out(answer.ResponsePut); break;
                case ResponseOp.ResponseOneofCase.ResponseDeleteRange: Out(answer.ResponseDeleteRange); break;
                case ResponseOp.ResponseOneofCase.ResponseTxn: Out(answer.ResponseTxn); break;
                default: break;
            }
        }

        return response;
    }

    /// <summary>Of the keys of a lease those are told that lie in the namespace.</summary>
    public LeaseTimeToLiveResponse Out(LeaseTimeToLiveResponse response)
    {
        var keys = response.Keys.Where(key => key.Span.StartsWith(_prefix.Span)).Select(Out).ToArray();
        response.Keys.Clear();
        response.Keys.Add(keys);
        return response;
    }

    public void Out(IEnumerable<Event> events)
    {
        if (IsWhole)
        {
            return;
        }

        foreach (var happened in events)
        {
            Out(happened.Kv);
            Out(happened.PrevKv);
        }
    }

    public KeyValue? Out(KeyValue? pair)
    {
        if (pair is not null)
        {
            pair.Key = Out(pair.Key);
        }

        return pair;
    }

    // With the prefix it would be a key like any other, and the cluster would not refuse it.
    private KeyInterval Named(ByteString key, ByteString end)
        => key.IsEmpty && !IsWhole ? throw EtcdErrors.EmptyKey.ToException() : new KeyInterval(key, end);

    private void OutAll(IEnumerable<KeyValue> pairs)
    {
        foreach (var pair in pairs)
        {
            Out(pair);
        }
    }

    private void In(RequestOp operation)
    {
        switch (operation.RequestCase)
        {
            case RequestOp.RequestOneofCase.RequestRange: In(operation.RequestRange); break;
            case RequestOp.RequestOneofCase.RequestPut: In(operation.RequestPut); break;
            case RequestOp.RequestOneofCase.RequestDeleteRange: In(operation.RequestDeleteRange); break;
            case RequestOp.RequestOneofCase.RequestTxn: In(operation.RequestTxn); break;
            default: break;
        }
    }

    // All from a key on are all up to the end of the namespace.
    private ByteString InEnd(ByteString end)
        => IsWhole || end.IsEmpty ? end : end.Length == 1 && end[0] == 0 ? _end : Concat(_prefix, end);

    private static ByteString Concat(ByteString a, ByteString b)
    {
        var both = new byte[a.Length + b.Length];
        a.Span.CopyTo(both);
        b.Span.CopyTo(both.AsSpan(a.Length));
        return UnsafeByteOperations.UnsafeWrap(both);
    }
}
