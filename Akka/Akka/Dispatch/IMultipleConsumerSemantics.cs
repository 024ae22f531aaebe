namespace Akka.Dispatch;

public interface IMultipleConsumerSemantics : ISemantics
{
}
