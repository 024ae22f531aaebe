using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Creates a <see cref="CallingThreadDispatcher"/> for each actor.</summary>
public class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    public CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
    }

    public override MessageDispatcher Dispatcher() => new CallingThreadDispatcher(this);
}
