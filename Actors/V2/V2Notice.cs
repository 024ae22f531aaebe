using System.Collections.Immutable;

namespace ActorEtcd.V2;

/// <summary>An event that watchers are told.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Removed">The nodes that went with it, children first: whoever watches one of them is told too.</param>
public sealed record V2Notice(V2Event Event, ImmutableArray<string> Removed);
