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

    private const string Protocol = "akka.tcp";
    private const string TlsProtocol = "akka.ssl.tcp";

    public static readonly PeerAddresses None = new(ImmutableDictionary<MemberId, Address>.Empty);

    /// <returns>The address behind a peer URL, or null when it is none.</returns>
    public static Address? AddressOf(string peerUrl)
        => Uri.TryCreate(peerUrl, UriKind.Absolute, out var url) && url.Port > 0 && url.Host.Length > 0
            ? new Address(url.Scheme == Uri.UriSchemeHttps ? TlsProtocol : Protocol, SystemName, url.Host.Trim('[', ']'), url.Port)
            : null;

    /// <summary>Of members with several peer URLs the places of all of them, by address: the first one is the address.</summary>
    public ImmutableDictionary<Address, ImmutableArray<Address>> Routes { get; init; } =
        ImmutableDictionary<Address, ImmutableArray<Address>>.Empty;

    /// <summary>What the member list says in place of what was known of the same members.</summary>
    public PeerAddresses With(MemberTable members)
    {
        var addresses = Addresses.ToBuilder();
        var routes = Routes.ToBuilder();
        foreach (var member in members.Members.Values)
        {
            if (!member.PeerUrls.IsEmpty && AddressOf(member.PeerUrls[0]) is { } address)
            {
                addresses[member.Id] = address;
                routes[address] = [.. member.PeerUrls.Select(AddressOf).OfType<Address>().Distinct()];
                if (routes[address].Length == 1)
                {
                    routes.Remove(address);
                }
            }
        }

        return new PeerAddresses(addresses.ToImmutable()) { Routes = routes.ToImmutable() };
    }

    /// <returns>The path of a child of the root actor on a member, or null when its address is not known.</returns>
    public string? PathOf(MemberId member, string child)
        => Addresses.TryGetValue(member, out var address) ? $"{address}{RootPath}/{child}" : null;
}
