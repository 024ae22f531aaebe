using System.Collections.Immutable;

namespace ActorEtcd.Store;

/// <summary>Keep these segments until they were not asked for during the pin timeout.</summary>
public sealed record PinSegments(long Transfer, ImmutableArray<long> Segments) : SegmentMessage(Transfer);
