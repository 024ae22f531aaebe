using Akka.Event;

namespace ActorEtcd.Host.Logging;

/// <summary>Takes the log events that an actor system has left when its loggers have stopped.</summary>
public sealed class AkkaLastLogger : MinimalLogger
{
    protected override void Log(object message)
    {
        if (message is LogEvent happened)
        {
            AkkaLogActor.Write(happened);
        }
    }
}
