namespace ActorEtcd.Messages;

/// <summary>The outcome of a <see cref="RequestOp"/>. <paramref name="Revision"/> is the header's revision.</summary>
public abstract record OpResult(long Revision);
