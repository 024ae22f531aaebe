namespace ActorEtcd.Specs.Chaos;

/// <summary>An answered read of all keys below a prefix.</summary>
internal sealed record RangeRead(
    string Member,
    string Prefix,
    bool Linearizable,
    long HeaderRevision,
    IReadOnlyList<(string Key, string Value, long ModRevision)> Found,
    long StartedAt,
    long FinishedAt);
