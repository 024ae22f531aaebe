using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>
/// etcd: <c>RangeResponse</c>. Each of <paramref name="Kvs"/> is an encoded <c>mvccpb.KeyValue</c>, ready to be sent.
/// </summary>
public sealed record RangeResult(long Revision, ImmutableArray<ReadOnlyMemory<byte>> Kvs, bool More, long Count)
    : OpResult(Revision);
