using System.Collections.Immutable;
using ActorEtcd.Client;

namespace ActorEtcd.Members;

/// <summary>A message between the members actors of two members; nothing in it is trusted that does not fit the cluster.</summary>
public abstract record MemberPeerMessage(ulong ClusterId);

/// <summary>To every other member, all the time: are you there? Answered with one of the two below.</summary>
/// <param name="ClusterId">The sender's cluster.</param>
/// <param name="From">The sender.</param>
/// <param name="To">Whom the sender believes to be there.</param>
/// <param name="Number">Comes back in the answer.</param>
public sealed record ProbeMember(ulong ClusterId, MemberId From, MemberId To, long Number) : MemberPeerMessage(ClusterId);

/// <summary>The probed member is there.</summary>
public sealed record MemberAlive(ulong ClusterId, MemberId From, long Number) : MemberPeerMessage(ClusterId);

/// <summary>The probing member was removed from this cluster for good.</summary>
public sealed record MemberRemoved(ulong ClusterId, MemberId Member) : MemberPeerMessage(ClusterId);

/// <summary>From a process that wants to start a member: who is there? The asker may not know the cluster's id yet.</summary>
public sealed record AskMembers() : MemberPeerMessage(0);

/// <summary>The member list as the answering member has applied it.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Members">All members.</param>
/// <param name="Removed">Those that were removed and never come back.</param>
/// <param name="Version">The version that the answering member says it is.</param>
public sealed record MembersTold(
    ulong ClusterId, ImmutableArray<Member> Members, ImmutableArray<MemberId> Removed, string Version)
    : MemberPeerMessage(ClusterId);

/// <summary>Edge to members actor: would the change leave a majority at work?</summary>
public sealed record CheckReconfiguration(MemberChange Change, Pending<EtcdError> Reply);

/// <summary>Peers actor to members actor of the same member: whether all nodes of the Akka cluster reach the member.</summary>
public sealed record MemberReachable(MemberId Member, bool IsReachable);
