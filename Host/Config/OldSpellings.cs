namespace ActorEtcd.Host.Config;

/// <summary>The flags of etcd 0.4 and 2.x that name addresses instead of URLs, as old guides still show them.</summary>
internal static class OldSpellings
{
    /// <summary>Says the same with the flags of today.</summary>
    /// <exception cref="ConfigException">Old and new say something about the same.</exception>
    public static void Translate(Dictionary<string, string> given)
    {
        var clients = given.ContainsKey("cert-file") ? "https" : "http";
        var members = given.ContainsKey("peer-cert-file") ? "https" : "http";
        Address(given, clients, "addr", "bind-addr", "advertise-client-urls", "listen-client-urls");
        Address(given, members, "peer-addr", "peer-bind-addr", "initial-advertise-peer-urls", "listen-peer-urls");
        if (given.TryGetValue("peers", out var peers))
        {
            Put(given, "peers", "initial-cluster", ClusterOf(given, members, peers));
        }

        Authority(given, "ca-file", "trusted-ca-file", "client-cert-auth");
        Authority(given, "peer-ca-file", "peer-trusted-ca-file", "peer-client-cert-auth");
    }

    // Listening is on the advertised address, unless another is given, and with its port, unless that has one.
    private static void Address(
        Dictionary<string, string> given, string scheme, string address, string bind, string advertiseUrls, string listenUrls)
    {
        var hasAddress = given.TryGetValue(address, out var advertised);
        var hasBind = given.TryGetValue(bind, out var bound);
        if (hasAddress)
        {
            Put(given, address, advertiseUrls, $"{scheme}://{advertised}");
        }

        if (!hasAddress && !hasBind)
        {
            return;
        }

        var listen = bound ?? advertised!;
        if (!listen.Contains(':', StringComparison.Ordinal) && advertised is not null)
        {
            listen += advertised[advertised.LastIndexOf(':')..];
        }

        Put(given, hasBind ? bind : address, listenUrls, $"{scheme}://{listen}");
    }

    // Members' ids come from their URLs alone, so the others may have any names.
    private static string ClusterOf(Dictionary<string, string> given, string scheme, string peers)
    {
        var own = given.GetValueOrDefault("initial-advertise-peer-urls", $"{scheme}://localhost:2380");
        var others = peers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(peer => peer.Contains("://", StringComparison.Ordinal) ? peer : $"{scheme}://{peer}")
            .Where(url => url != own)
            .Select(static url => $"peer-{url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..]}={url}");
        return string.Join(',', others.Prepend($"{given.GetValueOrDefault("name", "default")}={own}"));
    }

    private static void Authority(Dictionary<string, string> given, string old, string authority, string required)
    {
        if (given.TryGetValue(old, out var path))
        {
            Put(given, old, authority, path);
            given[required] = "true";
        }
    }

    private static void Put(Dictionary<string, string> given, string old, string today, string value)
    {
        if (!given.TryAdd(today, value))
        {
            throw new ConfigException($"cannot set --{old} and --{today} at the same time, please use --{today} only");
        }
    }
}
