namespace ActorEtcd.Persistence.EtcdData;

/// <summary>How a normal entry of etcd's log is taken over.</summary>
public enum EtcdRequestKind
{
    /// <summary>It changes nothing that is taken over.</summary>
    Nothing,

    /// <summary>Its bytes are a command of ours.</summary>
    Command,

    /// <summary>A member told its name and client URLs through the v2 store.</summary>
    MemberAttributes,

    /// <summary>It changes keys of the v2 store.</summary>
    V2,
}
