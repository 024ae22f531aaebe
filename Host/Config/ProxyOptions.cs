namespace ActorEtcd.Host.Config;

/// <summary>A process that is a proxy of the v2 API instead of a member.</summary>
/// <param name="IsOn">Whether it is a proxy from the start.</param>
/// <param name="IsReadOnly">Whether it passes reads alone.</param>
/// <param name="FailureWait">How long a member that failed is not asked again.</param>
/// <param name="RefreshInterval">Time between two looks at the member list.</param>
/// <param name="DialTimeout">Time to connect to a member; 0 for any.</param>
/// <param name="WriteTimeout">Time for a write to a member; 0 for any.</param>
/// <param name="ReadTimeout">Time for a read from a member; 0 for any.</param>
public sealed record ProxyOptions(
    bool IsOn,
    bool IsReadOnly,
    TimeSpan FailureWait,
    TimeSpan RefreshInterval,
    TimeSpan DialTimeout,
    TimeSpan WriteTimeout,
    TimeSpan ReadTimeout)
{
    public static ProxyOptions Read(FlagValues flags) => new(
        flags.Text("proxy") != "off",
        flags.Text("proxy") == "readonly",
        Milliseconds(flags, "proxy-failure-wait"),
        Milliseconds(flags, "proxy-refresh-interval"),
        Milliseconds(flags, "proxy-dial-timeout"),
        Milliseconds(flags, "proxy-write-timeout"),
        Milliseconds(flags, "proxy-read-timeout"));

    private static TimeSpan Milliseconds(FlagValues flags, string name)
        => TimeSpan.FromMilliseconds(flags.Number(name, max: int.MaxValue));
}
