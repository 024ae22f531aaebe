using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorEtcd.Host.Config;
using ActorEtcd.Members;

namespace ActorEtcd.Host.Server;

/// <summary>
/// Whether <c>--initial-cluster</c> describes the cluster that runs, so that this member knows which of its members it is
/// (etcd: <c>membership.ValidateClusterAndAssignIDs</c>).
/// </summary>
public static class JoinCheck
{
    /// <returns>The id that the running cluster has for this member.</returns>
    /// <exception cref="ConfigException">The descriptions differ.</exception>
    public static async Task<MemberId> FindSelfAsync(ServerOptions options, MembersTold running)
    {
        var configured = options.InitialCluster;
        if (configured.Length != running.Members.Length)
        {
            throw Invalid(running, "member count is unequal");
        }

        var self = MemberId.None;
        foreach (var member in running.Members)
        {
            var match = await FindAsync(configured, member) ?? throw Invalid(
                running,
                $"PeerURLs: no match found for existing member ({member.Id}, [{string.Join(' ', member.PeerUrls)}])");
            self = match.Name == options.Name ? member.Id : self;
        }

        return self.IsNone
            ? throw Invalid(running, $"no member has the peer URLs of \"{options.Name}\"")
            : self;
    }

    private static async Task<InitialMember?> FindAsync(IEnumerable<InitialMember> configured, Member member)
    {
        var urls = member.PeerUrls.Order(StringComparer.Ordinal).ToArray();
        foreach (var candidate in configured)
        {
            var own = candidate.PeerUrls.Select(static url => url.ToString()).Order(StringComparer.Ordinal).ToArray();
            if (own.SequenceEqual(urls) || await ResolveToSameAsync(own, urls))
            {
                return candidate;
            }
        }

        return null;
    }

    // One may say a name and the other its address.
    private static async Task<bool> ResolveToSameAsync(string[] left, string[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        var resolved = new List<string>[2];
        for (var side = 0; side < 2; side++)
        {
            resolved[side] = [];
            foreach (var url in side == 0 ? left : right)
            {
                resolved[side].Add(await ResolveAsync(url));
            }

            resolved[side].Sort(StringComparer.Ordinal);
        }

        return resolved[0].SequenceEqual(resolved[1]);
    }

    private static async Task<string> ResolveAsync(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || IPAddress.TryParse(parsed.Host.Trim('[', ']'), out _))
        {
            return url;
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(parsed.Host);
            var address = addresses.FirstOrDefault(static a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
            return $"{parsed.Scheme}://{new IPEndPoint(address, parsed.Port)}";
        }
        catch (SocketException)
        {
            return url;
        }
    }

    private static ConfigException Invalid(MembersTold running, string reason)
        => new($"error validating peerURLs {Describe(running)}: {reason}");

    // etcd prints its own records here; operators search for them.
    private static string Describe(MembersTold running)
    {
        var members = running.Members.Select(static member =>
            $"&{{ID:{member.Id} RaftAttributes:{{PeerURLs:[{string.Join(' ', member.PeerUrls)}] "
            + $"IsLearner:{(member.IsLearner ? "true" : "false")}}} "
            + $"Attributes:{{Name:{member.Name} ClientURLs:[{string.Join(' ', member.ClientUrls)}]}}}}");
        var clusterId = running.ClusterId.ToString("x", CultureInfo.InvariantCulture);
        return $"{{ClusterID:{clusterId} Members:[{string.Join(' ', members)}] RemovedMemberIDs:[{string.Join(' ', running.Removed)}]}}";
    }
}
