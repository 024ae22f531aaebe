namespace Akka.Remote;

/// <summary>Ends remoting when the actor system terminates: after user actors are gone, before system actors go.</summary>
internal sealed class RemotingTerminator : UntypedActor
{
    private readonly IActorRef _systemGuardian;
    private readonly RemoteTransport _transport;

    public RemotingTerminator(IActorRef systemGuardian, RemoteTransport transport)
    {
        _systemGuardian = systemGuardian;
        _transport = transport;
        systemGuardian.Tell(RegisterTerminationHook.Instance);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TerminationHook:
                var self = Self;
                _transport.Shutdown().ContinueWith(
                    _ => self.Tell(Closed.Instance), TaskScheduler.Default);
                break;
            case Closed:
                _systemGuardian.Tell(TerminationHookDone.Instance);
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private sealed class Closed
    {
        public static readonly Closed Instance = new();
    }
}
