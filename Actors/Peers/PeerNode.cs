using System.Collections.Immutable;

namespace ActorEtcd.Peers;

/// <summary>What the Akka cluster tells of a member. News for people: the member list says what counts.</summary>
/// <param name="IsReachable">Whether all nodes reach it.</param>
/// <param name="ClientUrls">Where its clients find it, from its roles.</param>
/// <param name="Version">The version that it says it is, its app version.</param>
public sealed record PeerNode(bool IsReachable, ImmutableArray<string> ClientUrls, string Version)
{
    private const string ClientUrlRole = "client-url:";

    /// <summary>The role of a node by which the others learn of one of its client URLs.</summary>
    public static string RoleOf(string clientUrl) => ClientUrlRole + clientUrl;

    internal static ImmutableArray<string> ClientUrlsOf(IEnumerable<string> roles) =>
    [
        .. roles.Where(static role => role.StartsWith(ClientUrlRole, StringComparison.Ordinal))
            .Select(static role => role[ClientUrlRole.Length..])
            .Order(StringComparer.Ordinal),
    ];
}
