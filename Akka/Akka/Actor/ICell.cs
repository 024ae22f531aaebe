using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

[InternalApi]
public interface ICell
{
    bool HasMessages { get; }

    bool IsLocal { get; }

    bool IsTerminated { get; }

    int NumberOfMessages { get; }

    IInternalActorRef Parent { get; }

    Props Props { get; }

    IActorRef Self { get; }

    ActorSystem System { get; }

    ActorSystemImpl SystemImpl { get; }

    IInternalActorRef GetSingleChild(string name);

    void Restart(Exception cause);

    void Resume(Exception causedByFailure);

    void SendMessage(IActorRef sender, object message);

    void SendSystemMessage(ISystemMessage message);

    void Start();

    void Stop();

    void Suspend();
}
