namespace ActorEtcd.Persistence.EtcdData;

/// <summary>etcd: <c>raftpb.EntryType</c>, same numbers.</summary>
public enum EtcdEntryType
{
    Normal = 0,
    ConfChange = 1,
    ConfChangeV2 = 2,
}
