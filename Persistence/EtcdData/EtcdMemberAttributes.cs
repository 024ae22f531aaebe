namespace ActorEtcd.Persistence.EtcdData;

/// <summary>A member told its name and client URLs through etcd's v2 store, as it did up to 3.5.</summary>
public sealed record EtcdMemberAttributes(MemberId Id, ReadOnlyMemory<byte> Json);
