using System.Globalization;

namespace ActorEtcd.Specs.TestKit;

/// <summary>What may be chosen from outside for process specs.</summary>
public static class SpecEnvironment
{
    /// <summary>ACTOR_ETCD_SPECS_SERVER=etcd runs the process specs against a real etcd, to check the specs.</summary>
    public static ServerKind ServerUnderTest =>
        Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_SERVER") == "etcd"
            ? ServerKind.Etcd
            : ServerKind.ActorEtcd;

    /// <summary>ACTOR_ETCD_SPECS_SEED replays a seeded spec.</summary>
    public static int? Seed =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_SEED"),
            NumberStyles.Integer,
            CultureInfo.InvariantCulture,
            out int seed)
            ? seed
            : null;

    /// <summary>ACTOR_ETCD_BINARY names an actor-etcd executable to run instead of the one beside the specs.</summary>
    public static string? ActorEtcdBinary => Environment.GetEnvironmentVariable("ACTOR_ETCD_BINARY");
}
