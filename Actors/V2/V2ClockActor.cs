using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.V2;

/// <summary>
/// The time of the v2 store: the leader tells through the log what time it is when a node's time to live is over
/// (etcd: <c>EtcdServer.sync</c>), so that the node goes on every member at the same place.
/// <code>
/// LeadershipChanged   remembered, with the time
/// Tick                on the leader: a SYNC is proposed when something has expired
/// </code>
/// </summary>
public sealed class V2ClockActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly MemberId _self;
    private readonly IActorRef _gateway;
    private readonly RequestIds _requestIds;
    private readonly V2Source _source;
    private MemberId _leader;

    public V2ClockActor(MemberId self, IActorRef gateway, RequestIds requestIds, V2Source source)
    {
        _self = self;
        _gateway = gateway;
        _requestIds = requestIds;
        _source = source;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(MemberId self, IActorRef gateway, RequestIds requestIds, V2Source source)
        => Akka.Actor.Props.Create(() => new V2ClockActor(self, gateway, requestIds, source));

    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TickInterval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LeadershipChanged changed: Follow(changed.Leader); break;
            case Tick: Sync(); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(MemberId leader)
    {
        if (leader != _leader && leader != MemberId.None)
        {
            _source.LeaderSinceTicks = Context.System.Scheduler.Now.UtcTicks;
        }

        _leader = leader;
    }

    private void Sync()
    {
        var expiries = _source.State.Expiries;
        var now = (Context.System.Scheduler.Now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (_leader != _self || expiries.IsEmpty || expiries[0].At > now)
        {
            return;
        }

        var requestId = _requestIds.Next();
        var payload = CommandCodec.Encode(requestId, new V2Request(V2Request.Sync, string.Empty) { Time = now });
        _gateway.Tell(new Submit(new PendingCommand(requestId, payload)));
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
