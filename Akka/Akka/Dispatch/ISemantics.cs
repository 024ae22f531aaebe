namespace Akka.Dispatch;

public interface ISemantics
{
}
