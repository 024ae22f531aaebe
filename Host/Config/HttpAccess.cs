namespace ActorEtcd.Host.Config;

/// <summary>From where plain HTTP may be asked (etcd: <c>--cors</c>, <c>--host-whitelist</c>).</summary>
/// <param name="Origins">Origins whose scripts may read answers; empty or <c>*</c> for all.</param>
/// <param name="Hosts">Host names to which a request without TLS may be addressed; empty or <c>*</c> for all.</param>
public sealed record HttpAccess(IReadOnlyCollection<string> Origins, IReadOnlyCollection<string> Hosts)
{
    private const string Any = "*";

    public static readonly HttpAccess All = new([], []);

    /// <summary>What a browser is told may read the answer; null for nobody who asks from there.</summary>
    public string? AllowedOrigin(string? origin)
        => Origins.Count == 0 || Origins.Contains(Any) ? Any : origin is not null && Origins.Contains(origin) ? origin : null;

    public bool IsAllowedHost(string host) => Hosts.Count == 0 || Hosts.Contains(Any) || Hosts.Contains(host);

    public static HttpAccess Read(FlagValues flags) => new(flags.List("cors"), flags.List("host-whitelist"));
}
