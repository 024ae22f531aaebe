namespace ActorEtcd.Client;

/// <summary>The node could not start or cannot go on; the message is the named reason.</summary>
public sealed class NodeFailedException(string reason) : Exception(reason)
{
    /// <summary>What is on disk is damaged; other members may have it.</summary>
    public bool IsDamage { get; init; }
}
