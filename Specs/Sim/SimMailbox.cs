using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace ActorEtcd.Specs.Sim;

/// <summary>The mailbox of every actor, through which the simulation sees each message before its receiver does.</summary>
public sealed class SimMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<SimMessageQueue>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system)
    {
        SimMember member = ((SimScheduler)system.Scheduler).Member;
        return new SimMessageQueue(owner is null ? null : member.TapOf(owner));
    }
}
