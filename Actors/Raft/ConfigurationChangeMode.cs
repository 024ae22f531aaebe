namespace ActorEtcd.Raft;

/// <summary>How a change with several steps takes effect; the numbers are etcd's and are written to disk.</summary>
public enum ConfigurationChangeMode
{
    /// <summary>One step at once, several through a joint configuration that ends by itself.</summary>
    Automatic = 0,

    /// <summary>Through a joint configuration that ends by itself.</summary>
    JointImplicit = 1,

    /// <summary>Through a joint configuration that a later empty change ends.</summary>
    JointExplicit = 2,
}
