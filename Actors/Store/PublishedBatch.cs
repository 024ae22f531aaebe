using System.Collections.Immutable;

namespace ActorEtcd.Store;

/// <summary>What became visible at once: the view, and the changes that led to it in order of revision.</summary>
public sealed record PublishedBatch(StoreView View, ImmutableArray<StoreChange> Changes);
