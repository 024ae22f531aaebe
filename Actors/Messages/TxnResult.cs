using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>etcd: <c>TxnResponse</c>.</summary>
public sealed record TxnResult(long Revision, bool Succeeded, ImmutableArray<OpResult> Responses) : OpResult(Revision);
