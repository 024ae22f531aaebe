namespace ActorEtcd.Specs.Chaos;

/// <summary>An answered read of one key.</summary>
/// <param name="Member">Who answered.</param>
/// <param name="HeaderRevision">The revision of the store that was read.</param>
/// <param name="Value">null when there was no such key.</param>
internal sealed record Read(
    int Client,
    string Member,
    string Key,
    bool Linearizable,
    long HeaderRevision,
    string? Value,
    long ModRevision,
    long StartedAt,
    long FinishedAt);
