using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

[InternalApi]
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    bool IsTerminated { get; }

    IInternalActorRef Parent { get; }

    IActorRefProvider Provider { get; }

    IActorRef GetChild(IReadOnlyList<string> name);

    void Restart(Exception cause);

    void Resume(Exception causedByFailure = null);

    void SendSystemMessage(ISystemMessage message);

    void Start();

    void Stop();

    void Suspend();
}
