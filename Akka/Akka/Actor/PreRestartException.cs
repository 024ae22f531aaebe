namespace Akka.Actor;

public class PreRestartException : ActorInitializationException
{
    public PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
        : base(actor, Describe(cause, optionalMessage), restartException)
    {
        RestartException = restartException;
        OptionalMessage = optionalMessage;
    }

    public object OptionalMessage { get; }

    public Exception RestartException { get; }

    private static string Describe(Exception cause, object message) =>
        $"Exception in PreRestart({cause?.GetType().ToString() ?? "null"}, {message?.GetType().ToString() ?? "null"})";
}
