using System.Collections.Immutable;
using Akka.Actor;

namespace ActorEtcd.Members;

/// <summary>Where the actors of each member are found. Immutable.</summary>
public sealed record PeerAddresses(ImmutableDictionary<MemberId, Address> Addresses)
{
    /// <summary>The name of the actor system on every member, part of each address.</summary>
    public const string SystemName = "etcd";

    /// <summary>The path below which each member's actors live.</summary>
    public const string RootPath = "/user/etcd";

    /// <returns>The path of a child of the root actor on a member, or null when its address is not known.</returns>
    public string? PathOf(MemberId member, string child)
        => Addresses.TryGetValue(member, out var address) ? $"{address}{RootPath}/{child}" : null;
}
