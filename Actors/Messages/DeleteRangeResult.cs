using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>etcd: <c>DeleteRangeResponse</c>. <paramref name="PrevKvs"/> are encoded <c>mvccpb.KeyValue</c>s.</summary>
public sealed record DeleteRangeResult(long Revision, long Deleted, ImmutableArray<ReadOnlyMemory<byte>> PrevKvs)
    : OpResult(Revision);
