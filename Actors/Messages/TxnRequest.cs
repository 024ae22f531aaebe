using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>If all compares hold, the success operations, otherwise the failure operations (etcd: <c>TxnRequest</c>).</summary>
public sealed record TxnRequest(
    ImmutableArray<Compare> Compares,
    ImmutableArray<RequestOp> Success,
    ImmutableArray<RequestOp> Failure) : RequestOp;
