namespace Akka.Dispatch;

public interface IRunnable
{
    void Run();
}
