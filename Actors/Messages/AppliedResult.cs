namespace ActorEtcd.Messages;

/// <summary>A command was applied and has nothing to tell but the revision.</summary>
public sealed record AppliedResult(long Revision) : OpResult(Revision);
