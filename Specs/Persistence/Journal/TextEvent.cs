namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>An event, and a snapshot, that is just a text. "unserializable" cannot be serialized.</summary>
public sealed record TextEvent(string Text);
