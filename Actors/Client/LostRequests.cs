using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Client;

/// <summary>
/// Fails the requests that reach no actor any more: what was left in the mailbox of one that stopped, and what was told
/// to it later. It hears of them as of dead letters, on the thread that found them dead. No actor could do this, since
/// it would itself be gone when the system ends, and so would those who answer while callers still come.
/// </summary>
internal sealed class LostRequests(ExtendedActorSystem system) : MinimalActorRef
{
    private static readonly ActorPath Name = new RootActorPath(Address.AllSystems) / "lost-requests";

    public override ActorPath Path => Name;

    public override IActorRefProvider Provider => system.Provider;

    /// <summary>Begins to listen. Once a system is enough, and more often changes nothing: it is known by its path.</summary>
    public static void ListenIn(ActorSystem system)
        => system.EventStream.Subscribe(new LostRequests((ExtendedActorSystem)system), typeof(DeadLetter));

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is DeadLetter { Message: IAwaitedRequest request })
        {
            request.Fail(EtcdError.Stopped);
        }
    }
}
