namespace ActorEtcd.Host.Config;

/// <summary>How the initial members are found out; at most one of the three ways is set.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Token directory of a v2 discovery service.</summary>
    public string? Url { get; init; }

    /// <summary>Whether a member that there is no room for becomes a proxy; it ends otherwise.</summary>
    public bool FallsBackToProxy { get; init; }

    /// <summary>HTTP proxy on the way to the v2 discovery service.</summary>
    public string? HttpProxy { get; init; }

    /// <summary>DNS domain of SRV records.</summary>
    public string? SrvDomain { get; init; }

    /// <summary>Suffix of the service name in those records.</summary>
    public string? SrvName { get; init; }

    /// <summary>Endpoints of a v3 discovery service.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    public string? Token { get; init; }

    public TimeSpan DialTimeout { get; init; }

    public TimeSpan RequestTimeout { get; init; }

    public TimeSpan KeepAliveTime { get; init; }

    public TimeSpan KeepAliveTimeout { get; init; }

    public bool InsecureTransport { get; init; }

    public bool InsecureSkipVerify { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    public string? Authorities { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Null when the initial members are told by flags.</summary>
    /// <exception cref="ConfigException">Ways are mixed up, or a half of one is missing.</exception>
    public static DiscoveryOptions? Read(FlagValues flags)
    {
        string[] ways = ["discovery", "initial-cluster", "discovery-srv", "discovery-endpoints"];
        if (ways.Count(name => flags.Text(name).Length > 0) > 1)
        {
            throw new ConfigException(
                "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \"discovery\", \"discovery-endpoints\" or \"discovery-srv\"");
        }

        string[] third = ["discovery-endpoints", "discovery-token", "discovery-cert", "discovery-key", "discovery-cacert", "discovery-user", "discovery-password"];
        if (flags.Text("discovery-proxy").Length > 0 && third.Any(name => flags.Text(name).Length > 0))
        {
            throw new ConfigException(
                "both v2 discovery settings (discovery, discovery-proxy) and v3 discovery settings (discovery-token, discovery-endpoints, "
                + "discovery-cert, discovery-key, discovery-cacert, discovery-user, discovery-password) are set");
        }

        if ((flags.Text("discovery-token").Length > 0) != (flags.List("discovery-endpoints").Count > 0))
        {
            throw new ConfigException("both --discovery-token and --discovery-endpoints must be set");
        }

        return ways.Any(name => name != "initial-cluster" && flags.Text(name).Length > 0) ? Of(flags) : null;
    }

    private static DiscoveryOptions Of(FlagValues flags) => new()
    {
        Url = flags.TextOrNull("discovery"),
        FallsBackToProxy = flags.Text("discovery-fallback") == "proxy",
        HttpProxy = flags.TextOrNull("discovery-proxy"),
        SrvDomain = flags.TextOrNull("discovery-srv"),
        SrvName = flags.TextOrNull("discovery-srv-name"),
        Endpoints = flags.List("discovery-endpoints"),
        Token = flags.TextOrNull("discovery-token"),
        DialTimeout = flags.Duration("discovery-dial-timeout"),
        RequestTimeout = flags.Duration("discovery-request-timeout"),
        KeepAliveTime = flags.Duration("discovery-keepalive-time"),
        KeepAliveTimeout = flags.Duration("discovery-keepalive-timeout"),
        InsecureTransport = flags.Switch("discovery-insecure-transport"),
        InsecureSkipVerify = flags.Switch("discovery-insecure-skip-tls-verify"),
        Certificate = flags.TextOrNull("discovery-cert"),
        Key = flags.TextOrNull("discovery-key"),
        Authorities = flags.TextOrNull("discovery-cacert"),
        User = flags.TextOrNull("discovery-user"),
        Password = flags.TextOrNull("discovery-password"),
    };
}
