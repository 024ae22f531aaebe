namespace ActorEtcd.Host.GrpcProxy;

/// <summary>An upstream watch and the clients' watches that share it. Belongs to the actor of their range.</summary>
internal sealed class SharedWatch(UpstreamWatch upstream, long next)
{
    public UpstreamWatch Upstream => upstream;

    public HashSet<ProxyWatcher> Receivers { get; } = [];

    /// <summary>Who is to be told how far everything is told, once the cluster says so; a later question replaces an earlier one.</summary>
    public Dictionary<ProxyWatcher, ProgressRound> Asked { get; } = [];

    /// <summary>Everything below this revision has been handed to the receivers.</summary>
    public long Next { get; set; } = next;

    /// <summary>Whether it has caught up with the cluster, as far as is known.</summary>
    public bool IsLive { get; set; }

    /// <summary>Watches beyond the first, which cost the cluster nothing.</summary>
    public int Saved => Math.Max(0, Receivers.Count - 1);
}
