using System.Collections.Immutable;

namespace ActorEtcd.Store;

/// <summary>The segments are kept, except those missing.</summary>
public sealed record SegmentsPinned(long Transfer, ImmutableArray<long> Missing) : SegmentMessage(Transfer);
