namespace Akka.Cluster;

/// <summary>Where the cluster's actors are, on every node.</summary>
internal static class ClusterPaths
{
    public const string Daemon = "cluster";
    public const string CoreName = "core";
    public const string HeartbeatReceiverName = "heartbeatReceiver";
    public const string HeartbeatSenderName = "heartbeatSender";

    public static ActorPath Core(Address address) => new RootActorPath(address) / "system" / Daemon / CoreName;

    public static ActorPath HeartbeatReceiver(Address address) =>
        new RootActorPath(address) / "system" / Daemon / HeartbeatReceiverName;
}
