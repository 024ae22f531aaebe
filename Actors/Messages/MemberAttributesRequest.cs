using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>A member tells its name and client URLs to all (etcd: <c>ClusterMemberAttrSetRequest</c>).</summary>
public sealed record MemberAttributesRequest(MemberId Member, string Name, ImmutableArray<string> ClientUrls) : RaftCommand
{
    /// <summary>The version of etcd that the member speaks; null when it does not say.</summary>
    public Version? ServerVersion { get; init; }
}
