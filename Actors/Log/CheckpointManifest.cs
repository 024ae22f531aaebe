using ActorEtcd.Raft;
using ActorEtcd.Store;

namespace ActorEtcd.Log;

/// <summary>
/// The whole state of a member at one applied index: who is in the group, which segments hold the store, and
/// the replicated state outside the store (leases, alarms, ...), opaque here.
/// </summary>
public sealed record CheckpointManifest(
    long Index, long Term, RaftConfiguration Configuration, StoreManifest Store, Bytes State);
