using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// Raft to apply: these entries are committed. In order, each once in the life of the process; answered with
/// <see cref="AppliedTo"/>, which bounds how much is under way.
/// </summary>
public sealed record ApplyCommitted(ImmutableArray<LogEntry> Entries, long CommitIndex);
