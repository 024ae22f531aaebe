namespace ActorEtcd.Specs.Simulation;

/// <summary>Bugs that other implementations have had, planted around the core.</summary>
public enum SimBug
{
    None,

    /// <summary>A change of the group is proposed although the one before is not in force yet.</summary>
    OverlappingChanges,

    /// <summary>A member forgets in a crash which entries were committed, and campaigns by an old configuration.</summary>
    CommitForgotten,

    /// <summary>A member that lost its log goes on as if it had never had one.</summary>
    LostLogIgnored,
}
