using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Processes a message on the thread that sends it.</summary>
public class CallingThreadDispatcher : MessageDispatcher
{
#pragma warning disable CA2211 // a field in Akka.NET as well
    public static new string Id = "akka.test.calling-thread-dispatcher";
#pragma warning restore CA2211

    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
    }

    protected override void ExecuteTask(IRunnable run) => run.Run();

    protected override void Shutdown()
    {
        // It owns no thread.
    }
}
