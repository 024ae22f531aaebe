namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// An attempt to change a key. Values are unique over a run, so that an event of the history names its attempt.
/// </summary>
/// <param name="Value">null for a deletion.</param>
/// <param name="ExpectedModRevision">What the transaction compared the key's revision with; -1 without a comparison.</param>
/// <param name="ExpectedValue">What the key had at that revision.</param>
/// <param name="StartedAt">Timestamp before the request was sent.</param>
/// <param name="FinishedAt">Timestamp after the answer, when there was one.</param>
/// <param name="Revision">The revision of the acknowledged change; 0 when it is unknown whether it happened.</param>
internal sealed record Write(
    int Client,
    string Key,
    string? Value,
    long ExpectedModRevision,
    string? ExpectedValue,
    long StartedAt,
    long FinishedAt,
    long Revision);
