using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace ActorEtcd.Specs.Sim;

/// <summary>An actor of another member: what it is told is encoded and given to the network.</summary>
internal sealed class SimRemoteRef(IActorRefProvider provider, SimMember member, int life, ActorPath path) : InternalActorRefBase
{
    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public override bool IsLocal => false;

    public override bool IsTerminated => false;

    public override IInternalActorRef Parent => ActorRefs.Nobody;

    public override IActorRef GetChild(IReadOnlyList<string> name) =>
        new SimRemoteRef(provider, member, life, path / name.Where(static part => part.Length > 0));

    public override void Restart(Exception cause)
    {
    }

    public override void Resume(Exception? causedByFailure = null)
    {
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
    }

    public override void Start()
    {
    }

    public override void Stop()
    {
    }

    public override void Suspend()
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (member.Life == life && member.IsUp)
        {
            ActorPath to = path;
            if (message is ActorSelectionMessage selection)
            {
                to = selection.Elements.Aggregate(path, static (parent, element) => parent / element.ToString());
                message = selection.Message;
            }

            member.World.Network.Send(member, to, message, sender);
        }
    }
}
