using System.Collections.Immutable;

namespace ActorEtcd.Log;

/// <summary>Raft to log: write these entries after <paramref name="PrevIndex"/>, replacing what follows it.</summary>
public sealed record PersistEntries(
    long Sequence, long PrevIndex, ImmutableArray<LogEntry> Entries, long CommitIndex);
