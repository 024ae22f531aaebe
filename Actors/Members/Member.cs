using System.Collections.Immutable;

namespace ActorEtcd.Members;

/// <summary>A member as the member list shows it (etcd: <c>membership.Member</c>). An unstarted member has no name.</summary>
public sealed record Member(
    MemberId Id,
    string Name,
    ImmutableArray<string> PeerUrls,
    ImmutableArray<string> ClientUrls,
    bool IsLearner = false);
