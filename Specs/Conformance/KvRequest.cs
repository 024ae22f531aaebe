using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>One unary request of any KV or Lease method, to be sent to several servers.</summary>
public sealed record KvRequest(
    string Name,
    IMessage Message,
    Func<GrpcChannel, IMessage, Task<IMessage>> Send)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static KvRequest Of(IMessage message)
    {
        return message switch
        {
            RangeRequest => Of(EtcdMethods.Range, message),
            PutRequest => Of(EtcdMethods.Put, message),
            DeleteRangeRequest => Of(EtcdMethods.DeleteRange, message),
            TxnRequest => Of(EtcdMethods.Txn, message),
            CompactionRequest => Of(EtcdMethods.Compact, message),
            LeaseGrantRequest => Of(EtcdMethods.LeaseGrant, message),
            LeaseRevokeRequest => Of(EtcdMethods.LeaseRevoke, message),
            LeaseTimeToLiveRequest => Of(EtcdMethods.LeaseTimeToLive, message),
            LeaseLeasesRequest => Of(EtcdMethods.LeaseLeases, message),
            HashKVRequest => Of(EtcdMethods.HashKV, message),
            _ => throw new ArgumentException($"no method takes {message.Descriptor.Name}"),
        };
    }

    public override string ToString()
    {
        return $"{Name} {Message}";
    }

    private static KvRequest Of<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, IMessage message)
        where TResponse : IMessage
    {
        return new KvRequest(
            method.Path[(method.Path.LastIndexOf('/') + 1)..],
            message,
            async (channel, request) => await channel.UnaryAsync(method, (TRequest)request, Deadline));
    }
}
