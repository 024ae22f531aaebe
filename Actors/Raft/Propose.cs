using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>
/// Gateway to raft: append these commands. Not answered when it succeeds: the requests inside are recognised
/// when they are applied. Answered with <see cref="ProposalsRefused"/> when they certainly were not appended.
/// </summary>
public sealed record Propose(ImmutableArray<ReadOnlyMemory<byte>> Payloads);
