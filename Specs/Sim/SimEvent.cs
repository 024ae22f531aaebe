namespace ActorEtcd.Specs.Sim;

/// <summary>Something that happens at a member in one of its lives (-1: in any), or to nobody in particular.</summary>
internal sealed record SimEvent(SimMember? Member, int Life, Action Action);
