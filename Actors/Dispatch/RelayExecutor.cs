using Akka.Dispatch;

namespace ActorEtcd.Dispatch;

/// <summary>The thread pool, with <see cref="Relay"/> in front of it.</summary>
internal sealed class RelayExecutor(string id) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => Relay.Execute(run);

    public override void Shutdown()
    {
        // The threads are the pool's.
    }
}
