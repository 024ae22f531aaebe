using ActorEtcd.Members;

namespace ActorEtcd.Messages;

/// <summary>The members after a change of the member list.</summary>
public sealed record MembersResult(long Revision, MemberTable Members) : OpResult(Revision);
