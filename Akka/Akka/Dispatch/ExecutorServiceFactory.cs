using Akka.Annotations;

namespace Akka.Dispatch;

[InternalApi]
public abstract class ExecutorServiceFactory
{
    protected ExecutorServiceFactory()
    {
    }

    public abstract ExecutorService Produce(string id);
}
