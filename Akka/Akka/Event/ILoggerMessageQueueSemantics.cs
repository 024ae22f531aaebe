namespace Akka.Event;

public interface ILoggerMessageQueueSemantics : ISemantics
{
}
