using System.Collections.Immutable;

namespace ActorEtcd.Host.Config;

/// <summary>One member of <c>--initial-cluster</c>.</summary>
public sealed record InitialMember(string Name, ImmutableArray<EtcdUrl> PeerUrls)
{
    /// <summary>Parses <c>name=url,name=url</c>; a name may come several times, once for each of its URLs.</summary>
    /// <exception cref="ConfigException">The text is not of that form.</exception>
    public static ImmutableArray<InitialMember> ParseCluster(string text)
    {
        var urls = new SortedDictionary<string, List<EtcdUrl>>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ConfigException($"--initial-cluster: \"{part}\" is not of the form name=url");
            }

            var name = part[..equals];
            if (!urls.TryGetValue(name, out var ofName))
            {
                urls[name] = ofName = [];
            }

            try
            {
                ofName.Add(EtcdUrl.Parse(part[(equals + 1)..]));
            }
            catch (ConfigException error)
            {
                throw new ConfigException($"--initial-cluster: {error.Message}");
            }
        }

        var duplicate = urls.Values.SelectMany(static u => u).GroupBy(static u => u).FirstOrDefault(static g => g.Count() > 1);
        return duplicate is null
            ? [.. urls.Select(static member => new InitialMember(member.Key, [.. member.Value.OrderBy(static u => u.ToString(), StringComparer.Ordinal)]))]
            : throw new ConfigException($"--initial-cluster has duplicate urls: {duplicate.Key}");
    }
}
