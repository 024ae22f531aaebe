using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.V3lockpb;
using ActorEtcd.Messages;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>v3lock.Lock</c> service: locks that are keys, held while the key exists.</summary>
public sealed class LockService(EtcdNode node, ResponseHeaders headers)
{
    private const string Name = "v3lockpb.Lock";

    private readonly KeyQueue _queue = new(node);

    public void Register(GrpcMethodTable table) => table
        .Unary(Name, "Lock", LockRequest.Parser, (request, call) => KeyQueue.AnswerAsync(LockAsync(request, call)))
        .Unary(Name, "Unlock", UnlockRequest.Parser, (request, _) => KeyQueue.AnswerAsync(UnlockAsync(request)));

    private async ValueTask<LockResponse> LockAsync(LockRequest request, GrpcCall call)
    {
        var lease = await _queue.SessionAsync(request.Lease);
        var prefix = KeyQueue.PrefixOf(request.Name);
        var key = KeyQueue.KeyOf(prefix, lease);
        var first = KeyQueue.First(prefix);
        var entered = await _queue.TxnAsync(
            key,
            createRevision: 0,
            success: [new PutRequest(key, Bytes.Empty, lease), first],
            failure: [new RangeRequest { Key = key }, first]);
        var ownRevision = entered.Succeeded ? entered.Revision : CreateRevisionOf(entered.Responses[0]);
        if (CreateRevisionOf(entered.Responses[1]) == ownRevision)
        {
            return Locked(entered.Revision, key);
        }

        return Locked(await WaitAsync(prefix, key, ownRevision, call.CancellationToken), key);
    }

    private async ValueTask<long> WaitAsync(Bytes prefix, Bytes key, long ownRevision, CancellationToken cancellationToken)
    {
        RangeResult own;
        try
        {
            await _queue.WaitForEarlierAsync(prefix, ownRevision, cancellationToken);
            own = await node.RangeAsync(new RangeRequest { Key = key });
        }
        catch (Exception)
        {
            await LeaveAsync(key);
            throw;
        }

        // The lease may have ended while its owner waited.
        return own.Kvs.IsEmpty ? throw KeyQueue.Failure("mutex: session is expired") : own.Revision;
    }

    // Who gives up must not stay in the queue. When the key cannot be deleted now, its lease ends it later.
    private async ValueTask LeaveAsync(Bytes key)
    {
        try
        {
            await node.DeleteRangeAsync(new DeleteRangeRequest(key));
        }
        catch (EtcdException)
        {
            // What made the caller give up is what it is told.
        }
    }

    private async ValueTask<UnlockResponse> UnlockAsync(UnlockRequest request)
    {
        var deleted = await node.DeleteRangeAsync(new DeleteRangeRequest(request.Key.Memory));
        return new UnlockResponse { Header = headers.Message(deleted.Revision) };
    }

    private LockResponse Locked(long revision, Bytes key) => new()
    {
        Header = headers.Message(revision),
        Key = UnsafeByteOperations.UnsafeWrap(key.Memory),
    };

    private static long CreateRevisionOf(OpResult range)
        => Store.KeyValue.Parse(((RangeResult)range).Kvs[0].Span).CreateRevision;
}
