namespace ActorEtcd.Specs.Chaos;

/// <summary>A change as a watch told it; the value is null for a deletion.</summary>
internal sealed record HistoryEvent(long Revision, string Key, string? Value);
