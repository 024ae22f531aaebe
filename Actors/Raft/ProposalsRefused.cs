using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>These proposals were not appended; proposing them again cannot apply them twice.</summary>
public sealed record ProposalsRefused(ImmutableArray<ReadOnlyMemory<byte>> Payloads, ProposalRefusal Reason);
