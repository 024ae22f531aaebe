using Akka.Actor;
using Akka.Coordination;

namespace ActorEtcd.Client;

/// <summary>
/// An Akka.Coordination lease that the cluster of this system's node keeps: <c>GetLease(name, "akka.etcd.coordination", owner)</c>.
/// It is lost when the cluster does not confirm it for as long as its heartbeat timeout.
/// </summary>
public sealed class EtcdLease : Akka.Coordination.Lease
{
    private readonly IActorRef _actor;
    private readonly EtcdLeaseState _state = new();

    public EtcdLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings)
    {
        _actor = system.SystemActorOf(EtcdLeaseActor.Props(settings, _state));
    }

    public override Task<bool> Acquire() => Acquire(static _ => { });

    public override Task<bool> Acquire(Action<Exception?> leaseLostCallback)
    {
        var reply = new Pending<bool>();
        _actor.Tell(new EtcdLeaseActor.Acquire(reply, leaseLostCallback));
        return reply.Completion.AsTask();
    }

    public override Task<bool> Release()
    {
        var reply = new Pending<bool>();
        _actor.Tell(new EtcdLeaseActor.Release(reply));
        return reply.Completion.AsTask();
    }

    public override bool CheckLease() => _state.IsHeld;
}
