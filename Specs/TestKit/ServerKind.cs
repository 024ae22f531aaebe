namespace ActorEtcd.Specs.TestKit;

/// <summary>Which server a process spec runs.</summary>
public enum ServerKind
{
    Etcd,
    ActorEtcd,
}
