namespace Akka.Remote.Transport.Tcp;

/// <summary>Puts remoting's events on the event stream, and in the log when its level asks for them.</summary>
internal sealed class EventPublisher
{
    private readonly ActorSystem _system;
    private readonly ILoggingAdapter _log;
    private readonly LogLevel? _level;

    public EventPublisher(ActorSystem system, ILoggingAdapter log, string level)
    {
        _system = system;
        _log = log;
        _level = level switch
        {
            "DEBUG" => LogLevel.DebugLevel,
            "INFO" => LogLevel.InfoLevel,
            "WARNING" or "WARN" => LogLevel.WarningLevel,
            "ERROR" => LogLevel.ErrorLevel,
            _ => null,
        };
    }

    public void Publish(RemotingLifecycleEvent lifecycleEvent)
    {
        _system.EventStream.Publish(lifecycleEvent);
        if (lifecycleEvent.LogLevel() >= _level)
        {
            _log.Log(lifecycleEvent.LogLevel(), null, "{0}", lifecycleEvent);
        }
    }
}
