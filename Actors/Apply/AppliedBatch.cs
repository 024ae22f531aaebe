using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Store;
using ActorEtcd.V2;

namespace ActorEtcd.Apply;

/// <summary>All that one batch of entries brought about, published at once.</summary>
public sealed record AppliedBatch(
    long Index,
    StoreView View,
    ImmutableArray<StoreChange> Changes,
    ImmutableArray<LeaseChange> LeaseChanges,
    ImmutableArray<Outcome> Outcomes,
    ImmutableArray<V2Notice> V2Notices);
