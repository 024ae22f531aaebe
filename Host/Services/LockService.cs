using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
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
        .Unary(Name, "Unlock", UnlockRequest.Parser, (request, call) => KeyQueue.AnswerAsync(UnlockAsync(request, call)));

    private async ValueTask<LockResponse> LockAsync(LockRequest request, GrpcCall call)
    {
        var credentials = CallCredentials.Of(call);
        var lease = await _queue.SessionAsync(request.Lease, credentials);
        var prefix = KeyQueue.PrefixOf(request.Name);
        var key = KeyQueue.KeyOf(prefix, lease);
        var first = KeyQueue.First(prefix);
        var entered = await _queue.TxnAsync(
            key,
            createRevision: 0,
            success: [new PutRequest(key, Bytes.Empty, lease), first],
            failure: [new RangeRequest { Key = key }, first],
            credentials);
        var ownRevision = entered.Succeeded ? entered.Revision : CreateRevisionOf(entered.Responses[0]);
        if (CreateRevisionOf(entered.Responses[1]) == ownRevision)
        {
            return Locked(entered.Revision, key);
        }

        return Locked(await WaitAsync(prefix, key, ownRevision, credentials, call.CancellationToken), key);
    }

    private async ValueTask<long> WaitAsync(
        Bytes prefix, Bytes key, long ownRevision, Credentials credentials, CancellationToken cancellationToken)
    {
        RangeResult own;
        try
        {
            await _queue.WaitForEarlierAsync(prefix, ownRevision, credentials, cancellationToken);
            own = await node.RangeAsync(new RangeRequest { Key = key }, credentials);
        }
        catch (Exception)
        {
            await LeaveAsync(key, credentials);
            throw;
        }

        // The lease may have ended while its owner waited.
        return own.Kvs.IsEmpty ? throw KeyQueue.Failure("mutex: session is expired") : own.Revision;
    }

    // Who gives up must not stay in the queue. When the key cannot be deleted now, its lease ends it later.
    private async ValueTask LeaveAsync(Bytes key, Credentials credentials)
    {
        try
        {
            await node.DeleteRangeAsync(new DeleteRangeRequest(key), credentials);
        }
        catch (EtcdException)
        {
            // What made the caller give up is what it is told.
        }
    }

    private async ValueTask<UnlockResponse> UnlockAsync(UnlockRequest request, GrpcCall call)
    {
        var deleted = await node.DeleteRangeAsync(
            new DeleteRangeRequest(request.Key.Memory), CallCredentials.Of(call));
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
