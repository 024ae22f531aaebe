using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Specs.Sim;

/// <summary>Hears of errors that are logged: nothing that the simulation does may lead to one.</summary>
internal sealed class SimErrors(SimMember member) : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "sim-errors";

    public override IActorRefProvider Provider => ((ExtendedActorSystem)member.System!).Provider;

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is Error error && member.IsUp && !member.Disk.IsRotten && !member.Disk.IsSuspect)
        {
            member.World.Fail($"member {member.Number + 1} logs an error: {error.Message} {error.Cause}");
        }
    }
}
