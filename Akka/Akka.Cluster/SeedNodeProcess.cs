namespace Akka.Cluster;

/// <summary>
/// Looks for a seed node that is in a cluster. The first of the list, and only it, forms a new cluster when all others
/// say that they are in none, or none of them answers in time; everybody else asks until one is.
/// </summary>
internal sealed class SeedNodeProcess : UntypedActor, IWithTimers
{
    // Not before the others had time to start, but more often than the patience lasts.
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(1);

    private readonly Cluster _cluster;
    private readonly ImmutableList<Address> _seedNodes;
    private readonly HashSet<Address> _unanswered;
    private readonly bool _isFirst;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SeedNodeProcess(Cluster cluster, ImmutableList<Address> seedNodes)
    {
        _cluster = cluster;
        _seedNodes = seedNodes.Remove(cluster.SelfAddress);
        _unanswered = [.. _seedNodes];
        _isFirst = seedNodes[0] == cluster.SelfAddress;
    }

    public ITimerScheduler Timers { get; set; }

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(AskTick.Instance, AskTick.Instance, TimeSpan.Zero, AskInterval);
        if (_isFirst || _cluster.Settings.RetryUnsuccessfulJoinAfter is not null)
        {
            Timers.StartSingleTimer(PatienceOver.Instance, PatienceOver.Instance, _cluster.Settings.SeedNodeTimeout);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AskTick:
                Ask(_isFirst ? _unanswered : _seedNodes);
                break;
            case InitJoinAck ack:
                Join(ack.Address);
                break;
            case InitJoinNack nack:
                _unanswered.Remove(nack.Address);
                if (_isFirst && _unanswered.Count == 0)
                {
                    Join(_cluster.SelfAddress);
                }

                break;
            case PatienceOver when _isFirst:
                Join(_cluster.SelfAddress);
                break;
            case PatienceOver:
                _log.Warning(
                    "Couldn't join seed nodes within [{0}], will try again. seed-nodes=[{1}]",
                    _cluster.Settings.SeedNodeTimeout,
                    string.Join(", ", _seedNodes));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask(IEnumerable<Address> nodes)
    {
        foreach (var node in nodes)
        {
            Context.ActorSelection(ClusterPaths.Core(node)).Tell(InitJoin.Instance);
        }
    }

    private void Join(Address address)
    {
        Context.Parent.Tell(new JoinTo(address));
        Context.Stop(Self);
    }

    private sealed record AskTick
    {
        public static readonly AskTick Instance = new();
    }

    private sealed record PatienceOver
    {
        public static readonly PatienceOver Instance = new();
    }
}
