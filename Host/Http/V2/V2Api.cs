using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Http.V2;

/// <summary>etcd's v2 API over HTTP, on the ports of v3. It has keys, users and permissions of its own.</summary>
internal static class V2Api
{
    /// <param name="router">Where its paths go.</param>
    /// <param name="node">The node behind it.</param>
    /// <param name="name">This member's name.</param>
    /// <param name="bcrypt">Hashes of passwords.</param>
    /// <param name="registry">Where its metrics go.</param>
    /// <param name="peers">What is known of the other members.</param>
    /// <param name="stopping">Watches end then.</param>
    public static HttpRouter MapV2(
        this HttpRouter router,
        EtcdNode node,
        string name,
        Bcrypt bcrypt,
        MetricRegistry registry,
        V2PeerStats peers,
        CancellationToken stopping)
    {
        var time = TimeProvider.System;
        var users = new V2AuthStore(node, bcrypt, time);
        var access = new V2Access(users);
        var keys = new V2KeysEndpoint(node, access, new V2Metrics(registry, node), time, stopping);
        router.Map(V2KeysEndpoint.Prefix, keys.ServeAsync).Map(V2KeysEndpoint.Prefix + "/", keys.ServeAsync);
        new V2MembersEndpoint(node, access, time).Map(router);
        new V2StatsEndpoint(node, name, peers, time).Map(router);
        new V2AuthEndpoint(node, users, access).Map(router);
        return router;
    }
}
