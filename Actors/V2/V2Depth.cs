namespace ActorEtcd.V2;

/// <summary>How much of a directory an answer shows.</summary>
public enum V2Depth
{
    Node,
    Children,
    All,
}
