using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Server;

/// <summary>Says what a configuration asks for that this version does not have.</summary>
internal static class NotServed
{
    /// <exception cref="ConfigException">Going on without it would make something else than was asked for.</exception>
    public static void Check(ServerOptions options)
    {
        if (options.Discovery is not null)
        {
            throw new ConfigException("discovery is not served by this version; name the members with --initial-cluster");
        }

        if (options.Proxy is not null)
        {
            throw new ConfigException("the proxy of the v2 API is not served by this version; start a member with --proxy=off");
        }
    }
}
